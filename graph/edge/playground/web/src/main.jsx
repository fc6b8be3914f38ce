import './workers.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './weft.css';

import { createRoot } from 'react-dom/client';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { newCalls } from './calls.js';
import { fetchConfig, firstVisit } from './config.js';
import { Examples } from './examples.jsx';
import { newFetcher } from './fetcher.js';
import { newPanel } from './panel.jsx';
import mark from './favicon.svg';
import { Tokens } from './tokens.jsx';

const root = document.getElementById('root');

try {
  start(await fetchConfig());
} catch (failure) {
  root.textContent = `The playground did not start: ${failure.message}`;
}

function start(config) {
  document.title = config.title;
  const calls = newCalls();
  const panel = newPanel(calls);
  const props = {
    fetcher: newFetcher(config.endpoint, calls),
    plugins: [HISTORY_PLUGIN, panel],
    defaultEditorToolsVisibility: true,
    ...(firstVisit() ? welcome(config, panel) : {}),
  };
  createRoot(root).render(<Playground config={config} props={props} />);
}

// welcome is what a first visit finds: the configuration's operations as tabs, the first one in the editors, and the
// panel open on a third of the page.
function welcome({ tabs }, panel) {
  localStorage.setItem('graphiql:docExplorerFlex', '0.5');
  if (tabs.length === 0) return { visiblePlugin: panel };
  const [first] = tabs;
  return {
    visiblePlugin: panel,
    defaultTabs: tabs,
    initialQuery: first.query,
    initialVariables: first.variables,
    initialHeaders: first.headers,
  };
}

function Playground({ config, props }) {
  return (
    <GraphiQL {...props}>
      <GraphiQL.Logo>
        <Tokens tokens={config.tokens} />
        <span className="weft-name">
          <img src={mark} alt="" width="18" height="18" />
          {config.title}
        </span>
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, merge, copy }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <Examples tabs={config.tabs} />
          </>
        )}
      </GraphiQL.Toolbar>
    </GraphiQL>
  );
}
