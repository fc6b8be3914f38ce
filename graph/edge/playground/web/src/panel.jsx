import { useState, useSyncExternalStore } from 'react';
import { Comparison } from './comparison.jsx';
import { Services } from './faults.jsx';
import { Plan } from './plan.jsx';
import { milliseconds, plural, seconds, summarize } from './report.js';
import { Techniques } from './techniques.jsx';
import { Values } from './values.jsx';
import { Waterfall } from './waterfall.jsx';

// newPanel returns the GraphiQL plugin that shows what the last operation did: its calls, what each technique saved, and where its
// values came from. service is newService's, in main.jsx.
export function newPanel(runs, service) {
  const content = () => <Panel runs={runs} service={service} />;
  return { title: 'Report', icon: Icon, content };
}

function Icon(props) {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" {...props}>
      <path d="M1.5 3h6M5.5 8h8M3.5 13h5" />
      <path d="M1.5 6v9" opacity=".35" />
    </svg>
  );
}

function Panel({ runs, service }) {
  const state = useSyncExternalStore(runs.subscribe, runs.get);
  return (
    <section className="weft-panel" aria-label="Report">
      <header>
        <div className="graphiql-doc-explorer-title">Report</div>
        <label className="weft-switch" title="Ask for a report with every operation">
          <input type="checkbox" checked={state.wanted} onChange={(event) => runs.want(event.target.checked)} />
          Ask
        </label>
      </header>
      {service.plans && <Plan plans={service.plans} />}
      <Last state={state} service={service} />
      <Techniques runs={runs} state={state} />
      <Services service={service} />
      {state.run?.report && <Values values={state.run.report.values} />}
    </section>
  );
}

// Last is the last operation's report, or says why there is none.
function Last({ state: { phase, run, previous }, service }) {
  if (!run) {
    if (phase === 'running') return <Note>Waiting for the answer…</Note>;
    return <Note>Run an operation to see which services it called, when, and for how long; and what came from a cache.</Note>;
  }
  const stale = phase === 'running' ? 'weft-stale' : undefined;
  if (run.failure) return <Note className={stale}>The operation was not answered: {run.failure}</Note>;
  if (!run.watched) return <Note className={stale}>The last operation did not ask for a report. Switch “Ask” on and run it again.</Note>;
  if (!run.report) return <NotTraced />;
  return (
    <div className={stale}>
      <Summary run={run} />
      <Compared run={run} previous={previous} service={service} />
      <Waterfall key={run.number} calls={run.report.calls} service={service} />
    </div>
  );
}

function Note({ children, className }) {
  return <p className={`weft-note ${className ?? ''}`}>{children}</p>;
}

function NotTraced() {
  return (
    <Note>
      The answer carries no report, although it was asked for. The service sends reports when it is started
      with <code>-report all</code> or <code>WEFT_REPORT=all</code>, and for <code>token</code> to who sends <code>Weft-Report-Token</code>; an operation that was refused before it ran has none.
    </Note>
  );
}

function Summary({ run: { report, request, elapsed } }) {
  const sum = summarize(report.calls);
  const facts = [
    `${request.operationName ?? 'Operation'} answered in ${milliseconds(elapsed)}`,
    sum.busy > sum.span * 1.01 && `${milliseconds(sum.busy)} if one after another`,
    sum.keys > 0 && plural(sum.keys, 'key'),
    report.asked > 0 && plural(report.asked, 'value'),
    sum.shared > 0 && `${sum.shared} shared with others`,
  ].filter(Boolean);
  return (
    <div className="weft-summary" role="status">
      <strong>
        {plural(sum.calls, 'call')}
        {sum.calls > 0 && ` to ${plural(sum.upstreams.length, 'service')} in ${milliseconds(sum.span)}`}
        {sum.failed > 0 && <em>{sum.failed} failed</em>}
      </strong>
      {report.whole && <p>{whole(report.whole)}</p>}
      <div>
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </div>
    </div>
  );
}

// whole says where an answer came from that nothing was run for.
function whole({ from, age }) {
  const words = { memory: 'from memory', redis: 'from Redis', shared: 'from another operation' };
  const old = seconds(age);
  return `All of it ${words[from] ?? `from ${from}`}${old && `, ${old} old`}`;
}

function Compared({ run, previous, service }) {
  const [open, setOpen] = useState(false);
  if (!previous) return null;
  return (
    <>
      <label className="weft-switch weft-compare">
        <input type="checkbox" checked={open} onChange={(event) => setOpen(event.target.checked)} />
        Compare with the last run
      </label>
      {open && <Comparison run={run} previous={previous} service={service} />}
    </>
  );
}
