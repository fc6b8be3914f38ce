import { ToolbarButton, pick, tryParseJSONC, useGraphiQL } from '@graphiql/react';
import { useCopy } from './copy.jsx';
import { operationCommand } from './curl.js';

// CopyOperation copies the operation in the editors as a command.
export function CopyOperation({ endpoint, asks, runs }) {
  const state = useGraphiQL(pick('queryEditor', 'variableEditor', 'headerEditor', 'operationName'));
  const [said, copy] = useCopy(() => {
    const request = {
      query: state.queryEditor.getValue(),
      variables: parse(state.variableEditor, 'Variables'),
      headers: parse(state.headerEditor, 'Headers'),
      operationName: state.operationName,
    };
    return operationCommand(new URL(endpoint, document.baseURI).href, asks(request), runs.headers());
  });
  return (
    <ToolbarButton label={said || 'Copy as curl'} onClick={copy}>
      <Icon className="graphiql-toolbar-icon" aria-hidden="true" />
    </ToolbarButton>
  );
}

function parse(editor, what) {
  try {
    return tryParseJSONC(editor?.getValue() ?? '');
  } catch {
    throw new Error(`${what} are no JSON object`);
  }
}

function Icon(props) {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" {...props}>
      <path d="M1.5 2.5h13v11h-13zM4 6l2.5 2L4 10M8 10.5h4" />
    </svg>
  );
}
