// The `view` argument: an element, its id, several elements or nothing.

import type { View } from '../api/types';

/** The elements that `view` names. That they exist was checked when the call came in. */
export function resolveViews(view: View | undefined): HTMLElement[] {
  if (view === null || view === undefined) return [];
  if (Array.isArray(view)) return view;
  if (typeof view !== 'string') return [view];
  const element = document.getElementById(view);
  return element ? [element] : [];
}
