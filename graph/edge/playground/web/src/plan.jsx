import { useEffect, useSyncExternalStore } from 'react';
import { pick, tryParseJSONC, useGraphiQL } from '@graphiql/react';
import { plural } from './report.js';

// Plan is what is known of the operation in the editor before it runs.
export function Plan({ plans }) {
  const said = useSyncExternalStore(plans.subscribe, plans.get);
  const { queryEditor, variableEditor, operationName } = useGraphiQL(pick('queryEditor', 'variableEditor', 'operationName'));
  useEffect(() => {
    if (!queryEditor || !variableEditor) return undefined;
    const edited = () => {
      const variables = parse(variableEditor.getValue());
      if (variables !== null) plans.edited({ query: queryEditor.getValue(), variables, operationName });
    };
    edited();
    const subscriptions = [queryEditor, variableEditor].map((editor) => editor.onDidChangeModelContent(edited));
    return () => {
      for (const subscription of subscriptions) subscription.dispose();
    };
  }, [plans, queryEditor, variableEditor, operationName]);
  if (!said?.text) return null; // the editor marks what is wrong
  return (
    <details className="weft-plan">
      <summary>{atMost(said)}</summary>
      <pre>{said.text}</pre>
    </details>
  );
}

function atMost({ calls }) {
  return calls === null ? 'Planned: nothing bounds its calls' : `Planned: at most ${plural(calls, 'call')}`;
}

// parse returns variables, undefined where there are none, and null where they are no JSON.
function parse(text) {
  try {
    return tryParseJSONC(text);
  } catch {
    return null;
  }
}
