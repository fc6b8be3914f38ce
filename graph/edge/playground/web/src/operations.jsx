import { useState } from 'react';
import { useOpen } from './open.js';
import { matching } from './operations.js';

const shown = 100;

// newOperations returns the GraphiQL plugin that lists what a service runs that runs nothing else. Each opens in a new tab.
export function newOperations(operations) {
  const content = () => <Operations operations={operations} />;
  return { title: 'Operations', icon: Icon, content };
}

function Operations({ operations }) {
  const [wanted, want] = useState('');
  const open = useOpen();
  const found = matching(operations, wanted);
  return (
    <section className="weft-panel" aria-label="Operations">
      <header>
        <div className="graphiql-doc-explorer-title">Operations</div>
      </header>
      <p className="weft-note">This service runs these, by their ids, and no others. What you change in one is refused.</p>
      <input
        className="weft-search"
        type="search"
        placeholder={`Find one of ${operations.length} by name or id`}
        aria-label="Find an operation"
        value={wanted}
        onChange={(event) => want(event.target.value)}
      />
      <ul className="weft-operations">
        {found.slice(0, shown).map((operation) => (
          <li key={operation.id}>
            <button type="button" title={operation.id} disabled={!open} onClick={() => open({ query: operation.text })}>
              {operation.label}
            </button>
          </li>
        ))}
      </ul>
      {found.length > shown && <p className="weft-note">And {found.length - shown} more.</p>}
    </section>
  );
}

function Icon(props) {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" {...props}>
      <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2M3.5 7h9v6.5h-9zM8 9.5v1.5" />
    </svg>
  );
}
