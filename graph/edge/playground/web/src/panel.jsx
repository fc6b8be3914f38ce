import { useSyncExternalStore } from 'react';
import { milliseconds, seconds, summarize } from './trace.js';

// newPanel returns the GraphiQL plugin that shows the upstream calls of the last operation, and where its values came from.
export function newPanel(calls) {
  const content = () => <Panel calls={calls} />;
  return { title: 'Weft', icon: Icon, content };
}

function Icon(props) {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" {...props}>
      <path d="M1.5 3h6M5.5 8h8M3.5 13h5" />
      <path d="M1.5 6v9" opacity=".35" />
    </svg>
  );
}

function Panel({ calls }) {
  const state = useSyncExternalStore(calls.subscribe, calls.get);
  return (
    <section className="weft-panel" aria-label="Upstream calls">
      <header>
        <div className="graphiql-doc-explorer-title">Upstream calls</div>
        <label className="weft-switch" title="Send “Weft-Trace: calls” with every operation">
          <input type="checkbox" checked={state.wanted} onChange={(event) => calls.want(event.target.checked)} />
          Trace
        </label>
      </header>
      <Report state={state} />
    </section>
  );
}

function Report({ state }) {
  switch (state.phase) {
    case 'idle':
      return <Note>Run an operation to see which upstreams it called, when, and for how long; and what came from a cache.</Note>;
    case 'failed':
      return <Note>The operation was not answered: {state.failure}</Note>;
    case 'running':
      return state.trace ? <Trace state={state} /> : <Note>Waiting for the answer…</Note>;
  }
  if (state.trace) return <Trace state={state} />;
  return state.traced ? <NotTraced /> : <Note>The last operation did not ask for a trace. Switch “Trace” on and run it again.</Note>;
}

function Note({ children }) {
  return <p className="weft-note">{children}</p>;
}

function NotTraced() {
  return (
    <Note>
      The answer carries no trace, although it was asked for with <code>Weft-Trace: calls</code>. The service sends traces when it
      is started with <code>-trace=true</code> or <code>WEFT_TRACE=true</code>; an operation that was refused before it ran has none.
    </Note>
  );
}

function Trace({ state }) {
  const sum = summarize(state.trace.calls);
  return (
    <div className={state.phase === 'running' ? 'weft-stale' : undefined}>
      <Summary sum={sum} state={state} />
      {sum.calls > 0 && <Calls calls={state.trace.calls} sum={sum} />}
      {state.trace.values.length > 0 && <Values values={state.trace.values} />}
    </div>
  );
}

function Calls({ calls, sum }) {
  const ceiling = Math.max(sum.end, 0.001); // ms; every bar has a scale, were all calls instant
  return (
    <table className="weft-calls">
      <thead>
        <tr>
          <th scope="col">Call</th>
          <th scope="col" className="weft-number">Status</th>
          <th scope="col" className="weft-number">Keys</th>
          <th scope="col" className="weft-time">
            <span>0</span>
            <span>{milliseconds(sum.end)}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call, i) => (
          <Call key={i} call={call} hue={sum.upstreams.indexOf(call.upstream) % 6} ceiling={ceiling} />
        ))}
      </tbody>
    </table>
  );
}

function Values({ values }) {
  return (
    <table className="weft-calls weft-values">
      <thead>
        <tr>
          <th scope="col">Values</th>
          <th scope="col" className="weft-number" />
          <th scope="col">From</th>
          <th scope="col" className="weft-age">Age</th>
        </tr>
      </thead>
      <tbody>
        {values.map(({ binding, from, count, age }) => (
          <tr key={`${binding} ${from}`}>
            <td className="weft-what"><code><b>{binding}</b></code></td>
            <td className="weft-number">{count}</td>
            <td><span className={`weft-tag weft-from-${from}`}>{from || '–'}</span></td>
            <td className="weft-age">{seconds(age)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Summary({ sum, state }) {
  const facts = [
    `${state.operation ?? 'Operation'} answered in ${milliseconds(state.elapsed)}`,
    sum.busy > sum.span * 1.01 && `${milliseconds(sum.busy)} if one after another`,
    sum.keys > 0 && count(sum.keys, 'key'),
    sum.shared > 0 && `${sum.shared} shared with others`,
    sum.failed > 0 && `${sum.failed} failed`,
  ].filter(Boolean);
  return (
    <div className="weft-summary">
      <strong>
        {count(sum.calls, 'call')}
        {sum.calls > 0 && ` to ${count(sum.upstreams.length, 'upstream')} in ${milliseconds(sum.span)}`}
      </strong>
      <div>
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </div>
      {state.trace.savings.length > 0 && (
        <div className="weft-savings">
          {state.trace.savings.map((part) => (
            <span key={part}>{part}</span>
          ))}
        </div>
      )}
    </div>
  );
}

function Call({ call, hue, ceiling }) {
  const left = (100 * call.start) / ceiling;
  const bar = { left: `${left}%`, width: `${(100 * call.duration) / ceiling}%` };
  const title = `${call.upstream}: ${call.method} ${call.path}${call.error && ` (${call.error})`}`;
  return (
    <tr className={`weft-hue-${hue}${call.failed ? ' weft-failed' : ''}`} title={title}>
      <td className="weft-what">
        <div className="weft-head">
          <span className="weft-upstream">{call.upstream}</span>
          {call.shared && <span className="weft-tag" title="Another operation had sent this call">shared</span>}
          {call.error && <span className="weft-tag weft-error">{call.error}</span>}
        </div>
        <code>
          {call.method} <b>{call.path}</b>
        </code>
      </td>
      <td className="weft-number weft-status">{call.status || '–'}</td>
      <td className="weft-number">{call.keys || ''}</td>
      <td className="weft-time">
        <div className="weft-lane">
          <div className="weft-bar" style={bar} />
        </div>
        <div className="weft-at">
          <span>at {milliseconds(call.start)}</span>
          <span>{milliseconds(call.duration)}</span>
        </div>
      </td>
    </tr>
  );
}

function count(n, noun) {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
