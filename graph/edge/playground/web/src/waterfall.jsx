import { useState } from 'react';
import { useCopy } from './copy.jsx';
import { callCommand } from './curl.js';
import { Break } from './faults.jsx';
import { bytes, milliseconds, plural, rows, summarize, waves } from './report.js';

// Waterfall is the calls on one axis of time, in waves: those of a wave had to wait for a call of the one before.
export function Waterfall({ calls, service }) {
  if (calls.length === 0) return null;
  const axis = newAxis(summarize(calls).end);
  const all = waves(calls);
  return (
    <section className="weft-waterfall" aria-label="Calls">
      <Axis axis={axis} />
      {all.map((wave, i) => (
        <div key={i} className="weft-wave">
          {all.length > 1 && (
            <h4>
              Wave {i + 1}
              <span>{plural(wave.length, 'call')} from {milliseconds(wave[0].start)}</span>
            </h4>
          )}
          <ol>
            {rows(wave).map((row, j) => (
              <Row key={j} calls={row} axis={axis} service={service} />
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

// newAxis is an axis from 0 to end, in ms, with four ticks or so at round numbers.
function newAxis(end) {
  const ceiling = Math.max(end, 0.001); // every bar has a scale, were all calls instant
  const unit = 10 ** Math.floor(Math.log10(ceiling / 2));
  const step = unit * [1, 2, 5].findLast((n) => ceiling / (unit * n) >= 2);
  const ticks = Array.from({ length: Math.floor((0.9 * ceiling) / step) + 1 }, (_, i) => i * step); // no room for more at the end
  const percent = (ms) => `${(100 * ms) / ceiling}%`;
  return { ticks, step: percent(step), bar: (call) => ({ left: percent(call.start), width: percent(call.duration) }), at: percent };
}

function Axis({ axis }) {
  return (
    <div className="weft-axis" aria-hidden="true">
      {axis.ticks.map((ms) => (
        <span key={ms} style={{ left: axis.at(ms) }}>{milliseconds(ms)}</span>
      ))}
    </div>
  );
}

function Row({ calls, axis, service }) {
  return calls.length === 1 ? <Call call={calls[0]} axis={axis} service={service} /> : <Many calls={calls} axis={axis} service={service} />;
}

// Many is a row for calls of one binding, which opens them.
function Many({ calls, axis, service }) {
  const [open, setOpen] = useState(false);
  const { upstreams, failed, span } = summarize(calls);
  return (
    <li className={`weft-many ${service.colour(upstreams[0])}`}>
      <button type="button" className="weft-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="weft-head">
          <span className="weft-upstream">{upstreams[0]}</span>
          <span className="weft-tag">{calls.length} calls</span>
          {failed > 0 && <span className="weft-tag weft-error">{failed} failed</span>}
          <span className="weft-figures">
            <span className="weft-duration">{milliseconds(span)}</span>
          </span>
        </span>
        <code className="weft-path">
          {calls[0].method} <b>{calls[0].path}</b> and {calls.length - 1} more
        </code>
        <span className="weft-lane" style={{ '--step': axis.step }}>
          {calls.map((call, i) => (
            <span key={i} className={`weft-bar${call.failed ? ' weft-bar-failed' : ''}`} style={axis.bar(call)} />
          ))}
        </span>
      </button>
      {open && (
        <ol>
          {calls.map((call, i) => (
            <Call key={i} call={call} axis={axis} service={service} />
          ))}
        </ol>
      )}
    </li>
  );
}

function Call({ call, axis, service }) {
  const [open, setOpen] = useState(false);
  const classes = ['weft-call', service.colour(call.upstream), call.failed && 'weft-failed', call.early && 'weft-early'];
  return (
    <li className={classes.filter(Boolean).join(' ')} data-call={call.number}>
      <button type="button" className="weft-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="weft-head">
          <span className="weft-upstream">{call.upstream}</span>
          {call.keys > 1 && <span className="weft-tag weft-keys">{call.keys} keys</span>}
          {call.members && <span className="weft-tag">{call.members}</span>}
          {call.early && <span className="weft-tag weft-early-tag">early</span>}
          {call.shared && <span className="weft-tag">shared</span>}
          {call.error && <span className="weft-tag weft-error">{call.error}</span>}
          <span className="weft-figures">
            <span className="weft-status">{call.status || 'no answer'}</span>
            <span className="weft-duration">{milliseconds(call.duration)}</span>
          </span>
        </span>
        <code className="weft-path">
          {call.method} <b>{call.path}</b>
        </code>
        {call.reason && <span className="weft-reason">{call.reason}</span>}
        <span className="weft-lane" style={{ '--step': axis.step }}>
          <span className="weft-bar" style={axis.bar(call)} />
        </span>
      </button>
      {open && <Details call={call} service={service} />}
    </li>
  );
}

function Details({ call, service }) {
  const [said, copy] = useCopy(() => callCommand(call, service.upstream(call.upstream)));
  const facts = [
    [call.binding, 'binding'],
    [call.at, 'schema'],
    [`${milliseconds(call.start)} to ${milliseconds(call.start + call.duration)}`, 'time'],
    [call.members, 'asked for'],
    [call.bytes > 0 && bytes(call.bytes), 'answer'],
    [call.shared && 'another operation had sent this call', 'shared'],
    [call.early && 'it did not wait for the objects that it is about', 'early'],
    [call.error, 'failed'],
    [call.reason, 'why'],
  ].filter(([value]) => value);
  return (
    <div className="weft-details">
      <dl>
        {facts.map(([value, name]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {call.batch.length > 0 && (
          <div>
            <dt>{call.together > 1 ? `keys of ${call.together} calls` : plural(call.batch.length, 'key')}</dt>
            <dd className="weft-batch">
              {call.batch.map((key, i) => (
                <code key={i}>{key}</code>
              ))}
            </dd>
          </div>
        )}
      </dl>
      <div className="weft-actions">
        <button type="button" onClick={copy}>{said || 'Copy as curl'}</button>
        <Break name={call.upstream} service={service} long />
      </div>
    </div>
  );
}
