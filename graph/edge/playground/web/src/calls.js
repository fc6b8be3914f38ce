import { readTrace } from './trace.js';

const storageKey = 'weft:trace';

// newCalls returns the store behind the panel: the state of the last operation, and whether traces are asked for.
// A state is {phase, operation, traced, elapsed, trace, failure, wanted}; phase is idle, running, answered or failed,
// traced says whether that operation asked for a trace, elapsed is in milliseconds as seen from here.
export function newCalls() {
  let state = { phase: 'idle', wanted: localStorage.getItem(storageKey) !== 'off' };
  let last = 0;
  const listeners = new Set();
  const set = (change) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  // An operation that was overtaken by another one is not shown any more.
  const finish = (run, change) => {
    if (run.number === last) set({ ...change, elapsed: performance.now() - run.began });
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => state,
    wanted: () => state.wanted,
    want(wanted) {
      localStorage.setItem(storageKey, wanted ? 'on' : 'off');
      set({ wanted });
    },
    begin(operation) {
      last += 1;
      set({ phase: 'running', operation, traced: state.wanted });
      return { number: last, began: performance.now() };
    },
    end: (run, answer) => finish(run, { phase: 'answered', trace: readTrace(answer), failure: undefined }),
    fail: (run, failure) => finish(run, { phase: 'failed', trace: null, failure: String(failure.message ?? failure) }),
  };
}
