import { useEffect } from 'react';
import { pick, useGraphiQL } from '@graphiql/react';

const fontFamily = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"; // as in weft.css
const options = { fontFamily, fontSize: 13, wordWrap: 'on', wrappingIndent: 'indent', folding: false, lineNumbersMinChars: 3, lineDecorationsWidth: 6 };

// Editors makes all editors show more of what is in them: smaller letters, and no line that ends beyond the edge.
export function Editors() {
  const editors = useGraphiQL(pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'));
  const { queryEditor, variableEditor, headerEditor, responseEditor } = editors;
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor]) editor?.updateOptions(options);
    responseEditor?.updateOptions({ ...options, folding: true, lineNumbers: 'off' });
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}
