import { disobedience } from '../../../steering/disobedience';
import { ordersIn } from '../../../steering/strategyOrders';
import type { Rule } from '../../issue';
import { strategyReading } from './reading';

export const strategyDisobedienceRule: Rule = {
  id: 'strategy/disobedience',
  severity: 'error',
  title: 'A strategy that tells the model to get round its checks',
  kinds: ['strategy'],
  async check(subject) {
    const reading = await strategyReading(subject);
    if (!reading || reading.file.strategy?.status === 'rejected') return [];
    const outputPath = reading.stage?.output?.path;
    return ordersIn(subject.markdown).flatMap(({ text, range }) => {
      const wrong = disobedience(text, outputPath);
      return wrong ? [{ message: `${wrong.why.replace(/^it tells/, 'It tells')}, and is sent with every call of the stage: take it out.`, range }] : [];
    });
  },
};
