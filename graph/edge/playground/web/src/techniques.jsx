import { useGraphiQLActions } from '@graphiql/react';
import { plural, techniques } from './report.js';

// Techniques are a switch for each technique, and what each has saved in the last operation.
export function Techniques({ runs, state }) {
  const { run } = useGraphiQLActions();
  const { phase, wanted, without } = state;
  const last = state.run?.report ? state.run : null;
  return (
    <section className={`weft-techniques${phase === 'running' ? ' weft-stale' : ''}`} aria-label="Techniques">
      <h3>
        {last ? 'What was saved' : 'Techniques'}
        <span>
          {without.length > 0 && (
            <button type="button" onClick={runs.useAll}>
              All on
            </button>
          )}
          <button type="button" onClick={run} disabled={phase === 'running'}>
            {last ? 'Run again' : 'Run'}
          </button>
        </span>
      </h3>
      <ul>
        {techniques(last?.report).map((technique) => (
          <Technique
            key={technique.label}
            technique={technique}
            on={!without.includes(technique.name)}
            was={!last?.without.includes(technique.name)}
            disabled={!wanted}
            use={(used) => runs.use(technique.name, used)}
          />
        ))}
      </ul>
    </section>
  );
}

function Technique({ technique: { name, label, does, saved, wasted }, on, was, disabled, use }) {
  const figure = was ? saved || '–' : 'was off';
  return (
    <li data-technique={name || label.toLowerCase().replace(' ', '-')} title={does}>
      <label>
        {name && <input type="checkbox" checked={on} disabled={disabled} onChange={(event) => use(event.target.checked)} />}
        {label}
      </label>
      <span className="weft-saved">
        {figure}
        {wasted > 0 && <small> and {plural(wasted, 'value')} in vain</small>}
      </span>
    </li>
  );
}
