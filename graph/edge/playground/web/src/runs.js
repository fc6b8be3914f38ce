import { readReport, requestHeaders } from './report.js';

const storageKey = 'weft:report';

// newRuns returns the store of what was run, with what is asked for next. Its state is
//
//	phase     idle, running, answered or failed
//	wanted    whether reports are asked for
//	without   names of the techniques that the next operation does without
//	run       the last operation, or null: {request, watched, without, elapsed, report, failure}. request is what was sent: {query,
//	          variables, operationName, headers}; elapsed is in milliseconds, as seen from here.
//	previous  the one before it that has a report, or null
//
// While an operation runs, run is still the one before.
export function newRuns() {
  let state = { phase: 'idle', wanted: localStorage.getItem(storageKey) !== 'off', without: [], run: null, previous: null };
  let last = 0;
  const listeners = new Set();
  const set = (change) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  // An operation that was overtaken by another one is not shown any more.
  const finish = (run, phase, change) => {
    if (run.number !== last) return;
    const previous = state.run?.report ? state.run : state.previous;
    set({ phase, previous, run: { ...run, ...change, elapsed: performance.now() - run.began } });
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => state,
    want(wanted) {
      localStorage.setItem(storageKey, wanted ? 'on' : 'off');
      set({ wanted });
    },
    use(technique, used) {
      const others = state.without.filter((name) => name !== technique);
      set({ without: used ? others : [...others, technique] });
    },
    useAll: () => set({ without: [] }),
    // headers are what the next operation is sent with, beside the user's.
    headers: () => (state.wanted ? requestHeaders(state.without) : {}),
    begin(request) {
      last += 1;
      set({ phase: 'running' });
      return { number: last, began: performance.now(), request, watched: state.wanted, without: state.without };
    },
    end: (run, answer) => finish(run, 'answered', { report: readReport(answer), failure: '' }),
    fail: (run, failure) => finish(run, 'failed', { report: null, failure: String(failure.message ?? failure) }),
  };
}
