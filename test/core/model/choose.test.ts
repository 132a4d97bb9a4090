import assert from 'node:assert/strict';
import { chooseModel } from '../../../src/model/choose';
import { UserError } from '../../../src/ports';

describe('chooseModel', () => {
  it('takes recorded answers where nothing is set, and says that they are', () => {
    const { kind, reason } = chooseModel({ apiKey: '', baseURL: '' });
    assert.equal(kind, 'recorded');
    assert.match(reason, /recorded samples/);
  });

  for (const settings of [{ apiKey: 'k' }, { authToken: 't' }, { baseURL: 'http://localhost:11434' }]) {
    it(`asks the API where there is ${Object.keys(settings)[0]}`, () => assert.equal(chooseModel(settings).kind, 'anthropic'));
    it(`but what is asked for goes before ${Object.keys(settings)[0]}`, () => assert.equal(chooseModel({ ...settings, asked: 'recorded' }).kind, 'recorded'));
  }

  it('asks the API without a key where that is asked for', () => assert.equal(chooseModel({ asked: 'anthropic' }).kind, 'anthropic'));

  it('refuses what it does not know', () => {
    assert.throws(
      () => chooseModel({ asked: 'gpt' }),
      (error) => error instanceof UserError && error.details.exitCode === 2 && /anthropic, recorded/.test(error.message),
    );
  });
});
