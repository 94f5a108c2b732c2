// Building blocks to check parameters: a rule looks at a value and throws an `RtcError` that names it.

import { ERROR_CODE, EXTRA_CODE } from './constants';
import { RtcError } from '../base/errors';

export type Rule = (value: unknown, path: string) => void;

export function invalid(extraCode: number, message: string): RtcError {
  return new RtcError({ code: ERROR_CODE.INVALID_PARAMETER, extraCode, message });
}

function typed(type: 'string' | 'number' | 'boolean'): Rule {
  return (value, path) => {
    if (typeof value !== type || Number.isNaN(value)) {
      throw invalid(EXTRA_CODE.WRONG_TYPE, `${path} must be a ${type}`);
    }
  };
}

export const anyString = typed('string');
export const boolean = typed('boolean');
const anyNumber = typed('number');

export const required =
  (rule: Rule): Rule =>
  (value, path) => {
    if (value === undefined || value === null) {
      throw invalid(EXTRA_CODE.REQUIRED, `${path} is required`);
    }
    rule(value, path);
  };

export const optional =
  (rule: Rule): Rule =>
  (value, path) => {
    if (value !== undefined) rule(value, path);
  };

export const string: Rule = (value, path) => {
  anyString(value, path);
  if (value === '') throw invalid(EXTRA_CODE.EMPTY, `${path} must not be empty`);
};

export const number =
  ({ min, max }: { min?: number; max?: number } = {}): Rule =>
  (value, path) => {
    anyNumber(value, path);
    const n = value as number;
    if (min === 0 && n < 0) throw invalid(EXTRA_CODE.NEGATIVE, `${path} must not be negative`);
    if (min !== undefined && n < min) {
      throw invalid(EXTRA_CODE.BELOW_MINIMUM, `${path} must be at least ${min}`);
    }
    if (max !== undefined && n > max) {
      throw invalid(EXTRA_CODE.ABOVE_MAXIMUM, `${path} must be at most ${max}`);
    }
  };

export const oneOf =
  (...allowed: readonly unknown[]): Rule =>
  (value, path) => {
    if (!allowed.includes(value)) {
      throw invalid(
        EXTRA_CODE.NOT_ALLOWED_VALUE,
        `${path} must be one of ${allowed.map(String).join(', ')}`,
      );
    }
  };

/** The first rule whose `when` type fits decides; if none fits the type is wrong. */
export const byType =
  (rules: Partial<Record<'string' | 'number' | 'boolean' | 'object', Rule>>): Rule =>
  (value, path) => {
    const rule = (rules as Record<string, Rule | undefined>)[typeof value];
    if (!rule) {
      throw invalid(EXTRA_CODE.WRONG_TYPE, `${path} must be a ${Object.keys(rules).join(' or ')}`);
    }
    rule(value, path);
  };

export const anything: Rule = () => undefined;

export const listOf =
  (rule: Rule): Rule =>
  (value, path) => {
    if (!Array.isArray(value)) throw invalid(EXTRA_CODE.WRONG_TYPE, `${path} must be a list`);
    value.forEach((element, i) => rule(element, `${path}[${i}]`));
  };

/** An instance of a class of the browser, named so that it is looked up when it is needed. */
export const instance =
  (className: string): Rule =>
  (value, path) => {
    const type = (globalThis as Record<string, unknown>)[className];
    if (typeof type !== 'function' || !(value instanceof type)) {
      throw invalid(EXTRA_CODE.WRONG_INSTANCE, `${path} must be a ${className}`);
    }
  };

/** An object whose members keep to `members`; members that no rule names are let through. */
export const object =
  (members: Record<string, Rule>): Rule =>
  (value, path) => {
    if (typeof value !== 'object' || value === null) {
      throw invalid(EXTRA_CODE.WRONG_TYPE, `${path} must be an object`);
    }
    for (const [name, rule] of Object.entries(members)) {
      rule((value as Record<string, unknown>)[name], `${path}.${name}`);
    }
  };

function isElement(value: unknown): boolean {
  return typeof HTMLElement !== 'undefined' && value instanceof HTMLElement;
}

/** Where to show a picture: nothing, the id of an element in the page, an element or several. */
export const view: Rule = (value, path) => {
  if (value === null || value === undefined) return;
  if (typeof value === 'string') {
    if (document.getElementById(value)) return;
    throw invalid(EXTRA_CODE.ELEMENT_NOT_FOUND, `${path}: no element has the id "${value}"`);
  }
  const elements = Array.isArray(value) ? (value as unknown[]) : [value];
  if (!elements.every(isElement)) {
    throw invalid(EXTRA_CODE.NOT_AN_ELEMENT, `${path} must be an HTMLElement, several, or an id`);
  }
};
