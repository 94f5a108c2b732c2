import { setLogLevel } from '../src/base/log';

setLogLevel(5);
