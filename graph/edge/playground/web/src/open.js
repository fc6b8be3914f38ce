import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';

// useOpen returns what opens an operation in a new tab, as open({query, variables, headers}), or undefined until the editors are there:
// they come a moment after everything else, and a tab opened before would show the first operation.
export function useOpen() {
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor, headerEditor } = useGraphiQL(pick('queryEditor', 'variableEditor', 'headerEditor'));
  if (!queryEditor || !variableEditor || !headerEditor) return undefined;
  return ({ query, variables = '', headers = '' }) => {
    addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
    headerEditor.setValue(headers);
  };
}
