import { useEffect, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { plural } from './report.js';

// Views is the bar at the bottom of a narrow page, which has room for one thing at a time: the operation, its answer, or the panel.
// The page's style reads from the root element which one; a wider page shows all, and no bar.
export function Views({ root, runs, panel }) {
  const [view, setView] = useState('operation');
  const [page, setPage] = useState(null);
  const { phase, run } = useSyncExternalStore(runs.subscribe, runs.get);
  const { visiblePlugin } = useGraphiQL(pick('visiblePlugin'));
  const { setVisiblePlugin } = useGraphiQLActions();
  useEffect(() => {
    if (phase === 'running') setView((now) => (now === 'operation' ? 'answer' : now));
  }, [phase]);
  useEffect(() => setPage(root.querySelector('.graphiql-container')), [root]);
  useEffect(() => {
    root.dataset.view = view;
  }, [root, view]);
  const open = (name) => {
    if (name === 'report' && !visiblePlugin) setVisiblePlugin(panel);
    setView(name);
  };
  const calls = run?.report && plural(run.report.calls.length, 'call');
  if (!page) return null;
  return createPortal(
    <nav className="weft-views" aria-label="Views">
      {[['operation', 'Operation'], ['answer', 'Answer'], ['report', 'Report', calls]].map(([name, label, note]) => (
        <button key={name} type="button" aria-current={view === name ? 'page' : undefined} onClick={() => open(name)}>
          {label}
          {note && <small>{note}</small>}
        </button>
      ))}
    </nav>,
    page,
  );
}
