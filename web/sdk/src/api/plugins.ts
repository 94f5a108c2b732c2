// Plugins of the original are packages of their own; none of them exists here.

import { EXTRA_CODE } from './constants';
import { invalid } from './rules';

export function noSuchPlugin(name: string): never {
  throw invalid(EXTRA_CODE.NOT_ALLOWED_VALUE, `there is no plugin "${name}"`);
}
