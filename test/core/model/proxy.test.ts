import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createAnthropicModel } from '../../../src/model/anthropic';
import { proxyFetchOptions, proxyFor } from '../../../src/node/proxy';
import { Cancelled, type ModelRequest } from '../../../src/ports';
import { startMockServer } from './mockServer';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const request: ModelRequest = {
  model: 'claude-haiku-5-5',
  system: [],
  user: [{ text: 'Hello' }],
  maxTokens: 100,
  label: { folder: '/p/.haiku', task: 'a', stage: 'b', purpose: 'stage', tier: 'haiku', attempt: 1 },
};

describe('proxyFor', () => {
  const api = new URL('https://api.anthropic.com/v1/messages');
  const proxy = 'http://proxy.test:8080';

  it('goes by protocol, lower case first, and completes a proxy without protocol', () => {
    assert.equal(proxyFor(api, {}), undefined);
    assert.equal(proxyFor(api, { HTTPS_PROXY: proxy }), proxy);
    assert.equal(proxyFor(api, { HTTP_PROXY: proxy }), undefined);
    assert.equal(proxyFor(new URL('http://api.test'), { HTTP_PROXY: proxy }), proxy);
    assert.equal(proxyFor(api, { https_proxy: 'http://lower.test', HTTPS_PROXY: proxy }), 'http://lower.test');
    assert.equal(proxyFor(api, { ALL_PROXY: proxy }), proxy);
    assert.equal(proxyFor(api, { HTTPS_PROXY: 'proxy.test:8080' }), proxy);
    assert.equal(proxyFor(api, { HTTPS_PROXY: ' ' }), undefined);
  });

  for (const noProxy of ['*', 'anthropic.com', '.anthropic.com', '*.anthropic.com', 'API.anthropic.com', 'other.test, api.anthropic.com:443']) {
    it(`is bypassed by NO_PROXY=${noProxy}`, () => assert.equal(proxyFor(api, { HTTPS_PROXY: proxy, NO_PROXY: noProxy }), undefined));
  }
  for (const noProxy of ['', 'pic.com', 'api.anthropic.com:80', 'com.anthropic.api', ',']) {
    it(`is used in spite of NO_PROXY=${noProxy}`, () => assert.equal(proxyFor(api, { HTTPS_PROXY: proxy, NO_PROXY: noProxy }), proxy));
  }

  it('never sends to another machine what is meant for this one', () => {
    for (const url of ['http://localhost:11434', 'http://127.0.0.1:1', 'http://[::1]:8080'])
      assert.equal(proxyFor(new URL(url), { HTTP_PROXY: proxy }), undefined, url);
  });

  it('knows IPv6 addresses with and without brackets', () => {
    const url = new URL('https://[2001:db8::1]/');
    for (const noProxy of ['2001:db8::1', '[2001:db8::1]', '[2001:db8::1]:443'])
      assert.equal(proxyFor(url, { HTTPS_PROXY: proxy, NO_PROXY: noProxy }), undefined, noProxy);
    assert.equal(proxyFor(url, { HTTPS_PROXY: proxy, NO_PROXY: '[2001:db8::1]:80' }), proxy);
  });
});

describe('proxyFetchOptions', () => {
  it('is nothing where no proxy is set', async () => {
    assert.equal(await proxyFetchOptions({ NO_PROXY: 'a' }), undefined);
  });

  it('leads the model’s calls through the proxy: a stream, and one that is cancelled', async () => {
    const server = await startMockServer([
      { text: 'through the tunnel', pieceSize: 4 },
      { text: 'one two three', pieceSize: 4, stallAfter: 2 },
    ]);
    const tunnels: string[] = [];
    const proxy = createServer((_, response) => response.writeHead(405).end()).on('connect', (asked, socket) => {
      tunnels.push(asked.url ?? '');
      // Whatever host was asked for is the mock server: only a proxy can resolve a name that does not exist.
      const upstream = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const each of [socket, upstream]) each.on('error', () => {}).on('close', () => (each === socket ? upstream : socket).destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const options = await proxyFetchOptions({ HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
      const model = createAnthropicModel({ apiKey: 'k', baseURL: 'http://api.invalid', log, maxRetries: 0, ...options });
      const pieces: string[] = [];
      const answer = await model.ask(request, (piece) => piece && pieces.push(piece), new AbortController().signal);
      assert.equal(answer.text, 'through the tunnel');
      assert.equal(pieces.length, 5);
      const controller = new AbortController();
      await assert.rejects(
        model.ask(request, () => setTimeout(() => controller.abort(), 20), controller.signal),
        Cancelled,
      );
      await server.whenLeft();
      assert.ok(tunnels.length >= 1 && tunnels.every((host) => host === 'api.invalid:80'), tunnels.join());
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      await server.stop();
    }
  });
});
