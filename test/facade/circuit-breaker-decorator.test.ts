import { describeDecorator } from '../support/decorator-behaviour.ts';
import { decorated } from './decorated-orders.ts';

describeDecorator('a standard decorator', decorated);
