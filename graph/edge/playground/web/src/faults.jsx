import { useState, useSyncExternalStore } from 'react';
import { modes } from './faults.js';

// Services are a demo's, each with a button that breaks it, and mends it again.
export function Services({ service }) {
  const { services, failure } = useSyncExternalStore(service.faults.subscribe, service.faults.get);
  const [mode, setMode] = useState('down');
  if (Object.keys(services).length === 0) return null;
  return (
    <section className="weft-services" aria-label="Services">
      <h3>
        Break a service
        <select value={mode} aria-label="How" onChange={(event) => setMode(event.target.value)}>
          {Object.entries(modes).map(([name, does]) => (
            <option key={name} value={name}>it {does}</option>
          ))}
        </select>
      </h3>
      {failure && <p className="weft-note">{failure}</p>}
      <ul>
        {Object.keys(services).sort().map((name) => (
          <li key={name} className={services[name] === 'none' ? '' : 'weft-broken'}>
            <span className={`weft-upstream ${service.colour(name)}`}>{name}</span>
            {services[name] !== 'none' && <span className="weft-tag weft-error">{services[name]}</span>}
            <Break name={name} mode={mode} service={service} />
          </li>
        ))}
      </ul>
    </section>
  );
}

// Break breaks a service, or mends it; nothing, where there is none to break.
export function Break({ name, mode = 'down', service, long = false }) {
  const { services } = useSyncExternalStore(service.faults.subscribe, service.faults.get);
  if (!services[name]) return null;
  const works = services[name] === 'none';
  const word = works ? 'Break' : 'Mend';
  return (
    <button type="button" aria-label={`${word} ${name}`} onClick={() => (works ? service.faults.break(name, mode) : service.faults.mend(name))}>
      {word}
      {long && ' this service'}
    </button>
  );
}
