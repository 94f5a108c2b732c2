// A device that was lost may be back in a moment, or another one be there.

/** Pauses before each try. */
const PAUSES_MS = [0, 1000, 2000, 4000];

/** Tries until one succeeds; rejects with the last failure. `wanted` is asked before each try. */
export async function recover(attempt: () => Promise<void>, wanted: () => boolean): Promise<void> {
  let failure: unknown;
  for (const pause of PAUSES_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (!wanted()) return;
    try {
      return await attempt();
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
