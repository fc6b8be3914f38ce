import { useCallback, useSyncExternalStore } from 'react';
import { pick, useGraphiQL } from '@graphiql/react';
import { readClaims } from './claims.js';
import { readAuthorization, writeAuthorization } from './headers.js';

const nothing = () => {};

// Tokens are the demo tokens of the configuration as buttons: a click sends one as the current tab's Authorization
// header, a second click takes it out. They follow what is in the headers editor, however it came there, as do the claims below them.
export function Tokens({ tokens }) {
  const { headerEditor } = useGraphiQL(pick('headerEditor'));
  const subscribe = useCallback(
    (changed) => {
      const subscription = headerEditor?.onDidChangeModelContent(changed);
      return subscription ? () => subscription.dispose() : nothing;
    },
    [headerEditor],
  );
  const text = useSyncExternalStore(subscribe, () => headerEditor?.getValue() ?? '');
  if (tokens.length === 0) return null;
  const current = readAuthorization(text);
  return (
    <div className="weft-tokens" role="group" aria-label="Demo tokens">
      <span>Send as</span>
      {tokens.map((token) => (
        <Token
          key={token.name}
          token={token}
          disabled={!headerEditor || current === null}
          pressed={current === bearer(token)}
          onPress={(value) => headerEditor.setValue(writeAuthorization(headerEditor.getValue(), value))}
        />
      ))}
      <Claims claims={readClaims(current)} />
    </div>
  );
}

// Claims are what the token of the headers says of who asks.
function Claims({ claims }) {
  if (claims.length === 0) return null;
  return (
    <dl className="weft-claims" aria-label="Claims of the token">
      {claims.map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Token({ token, disabled, pressed, onPress }) {
  const does = pressed ? 'Take the token out of' : 'Put the token into';
  const title = disabled ? 'The headers of this tab are not JSON' : `${does} the headers of this tab`;
  return (
    <button
      type="button"
      disabled={disabled}
      aria-pressed={pressed}
      title={token.description ? `${token.description}. ${title}` : title}
      onClick={() => onPress(pressed ? '' : bearer(token))}
    >
      {token.name}
    </button>
  );
}

function bearer(token) {
  return `Bearer ${token.value}`;
}
