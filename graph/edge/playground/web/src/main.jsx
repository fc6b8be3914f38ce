import './workers.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './weft.css';
import './panel.css';
import './waterfall.css';
import './narrow.css';

import { createRoot } from 'react-dom/client';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { newColours } from './colours.js';
import { CopyOperation } from './command.jsx';
import { fetchConfig, fetchExplanation, firstVisit } from './config.js';
import { Editors } from './editors.jsx';
import { Examples } from './examples.jsx';
import { newFaults } from './faults.js';
import { newFetcher } from './fetcher.js';
import { newPanel } from './panel.jsx';
import mark from './favicon.svg';
import { newOperations } from './operations.jsx';
import { byID, fetchOperations } from './operations.js';
import { newPlans } from './plans.js';
import { newRuns } from './runs.js';
import { Tokens } from './tokens.jsx';
import { Views } from './views.jsx';

const root = document.getElementById('root');

try {
  const config = await fetchConfig();
  start(config, config.locked ? await fetchOperations() : null);
} catch (failure) {
  root.textContent = `The playground did not start: ${failure.message}`;
}

// start shows the page of a service that runs any operation, or only these.
function start(config, operations) {
  document.title = config.title;
  const runs = newRuns();
  const panel = newPanel(runs, newService(config));
  const list = operations && newOperations(operations);
  const tabs = operations ? operations.slice(0, 1).map(({ text }) => ({ query: text, variables: '', headers: '' })) : config.tabs;
  const asks = operations ? byID(operations) : (request) => request;
  const props = {
    fetcher: newFetcher(config.endpoint, asks, runs),
    plugins: [HISTORY_PLUGIN, panel, ...(list ? [list] : [])],
    ...(operations ? { schema: null } : {}), // it may not be asked for
    defaultEditorToolsVisibility: true,
    ...(firstVisit() ? welcome(tabs, list ?? panel) : {}),
  };
  createRoot(root).render(<Playground config={operations ? { ...config, tabs: [] } : config} asks={asks} props={props} runs={runs} panel={panel} />);
}

// newService is what the panel knows of the service: the colour of each upstream, what is known of it, what is wrong with it, and how
// operations would run.
function newService({ upstreams, faults, explain }) {
  return {
    colour: newColours(upstreams.map(({ name }) => name)),
    upstream: (name) => upstreams.find((upstream) => upstream.name === name),
    faults: newFaults(faults),
    plans: explain ? newPlans(fetchExplanation) : null,
  };
}

// welcome is what a first visit finds: operations as tabs, the first one in the editors, and a panel open on a third of the page.
function welcome(tabs, panel) {
  localStorage.setItem('graphiql:docExplorerFlex', '0.45');
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

function Playground({ config, asks, props, runs, panel }) {
  return (
    <GraphiQL {...props}>
      <GraphiQL.Logo>
        <img src={mark} alt="" width="18" height="18" />
        <span className="weft-name">{config.title}</span>
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, merge, copy }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <CopyOperation endpoint={config.endpoint} asks={asks} runs={runs} />
            <Examples tabs={config.tabs} />
            <Tokens tokens={config.tokens} />
          </>
        )}
      </GraphiQL.Toolbar>
      <Editors />
      <Views root={root} runs={runs} panel={panel} />
    </GraphiQL>
  );
}
