import { useState } from 'react';
import { bytes, milliseconds, plural, summarize, waves } from './report.js';

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
          <ol start={1}>
            {wave.map((call, j) => (
              <Call key={j} call={call} axis={axis} service={service} />
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
  const ticks = Array.from({ length: Math.floor(ceiling / step) + 1 }, (_, i) => i * step);
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

function Call({ call, axis, service }) {
  const [open, setOpen] = useState(false);
  const classes = ['weft-call', service.colour(call.upstream), call.failed && 'weft-failed', call.early && 'weft-early'];
  return (
    <li className={classes.filter(Boolean).join(' ')}>
      <button type="button" className="weft-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="weft-head">
          <span className="weft-upstream">{call.upstream}</span>
          {call.keys > 1 && <span className="weft-tag weft-keys">{call.keys} keys</span>}
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
        <span className="weft-lane" style={{ '--step': axis.step }}>
          <span className="weft-bar" style={axis.bar(call)} />
        </span>
      </button>
      {open && <Details call={call} />}
    </li>
  );
}

function Details({ call }) {
  const facts = [
    [call.binding, 'binding'],
    [call.at, 'schema'],
    [`${milliseconds(call.start)} to ${milliseconds(call.start + call.duration)}`, 'time'],
    [call.bytes > 0 && bytes(call.bytes), 'answer'],
    [call.shared && 'another operation had sent this call', 'shared'],
    [call.early && 'it did not wait for the objects that it is about', 'early'],
    [call.error, 'failed'],
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
    </div>
  );
}
