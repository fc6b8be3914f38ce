// newPlans returns the store of what is known before an operation runs. explain returns, for {query, variables, operationName}, a
// promise of what the service says of it. The service is asked when nothing has changed for so many milliseconds, and never twice for
// the same. Its state is what was said last, or null.
export function newPlans(explain, delay = 300) {
  let [state, timer, last, number] = [null, undefined, '', 0];
  const listeners = new Set();
  const ask = async (request) => {
    number += 1;
    const own = number;
    const said = await explain(request).catch((failure) => ({ failure: failure.message }));
    if (own !== number) return; // something else was asked meanwhile
    state = said;
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => state,
    edited(request) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const text = JSON.stringify(request);
        if (text === last) return;
        last = text;
        ask(request);
      }, delay);
    },
  };
}
