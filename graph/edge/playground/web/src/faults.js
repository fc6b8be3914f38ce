// modes are the ways to break a demo's service, and what is said of one that is.
export const modes = { down: 'closes connections', slow: 'takes 3 s', errors: 'answers 503', malformed: 'sends half an answer' };

// newFaults returns the store of what is wrong with a demo's services. Its state is {services, failure}: a mode, or none, by name, and
// why the last change failed. Where offered is false it is empty, and asks nobody.
export function newFaults(offered) {
  let state = { services: {}, failure: '' };
  const listeners = new Set();
  const ask = async (body) => {
    try {
      const request = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      const response = await fetch('playground/faults', request);
      if (!response.ok) throw new Error(await response.text());
      state = { services: await response.json(), failure: '' };
    } catch (failure) {
      state = { ...state, failure: failure.message };
    }
    for (const listener of listeners) listener();
  };
  if (offered) ask();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => state,
    break: (service, mode) => ask({ service, mode }),
    mend: (service) => ask({ service, mode: 'none' }),
  };
}
