const authorization = 'Authorization';

// readAuthorization returns the Authorization header in the text of GraphiQL's headers editor, '' without one, and
// null where the text is no JSON object.
export function readAuthorization(text) {
  const headers = read(text);
  return headers && (headers[nameIn(headers)] ?? '');
}

// writeAuthorization returns text with that header set to value, or taken out where value is ''. Text that is no JSON
// object comes back as it is.
export function writeAuthorization(text, value) {
  const headers = read(text);
  if (!headers) return text;
  const name = nameIn(headers) ?? authorization;
  if (value === '') delete headers[name];
  else headers[name] = value;
  return Object.keys(headers).length === 0 ? '' : JSON.stringify(headers, null, 2);
}

function nameIn(headers) {
  return Object.keys(headers).find((name) => name.toLowerCase() === authorization.toLowerCase());
}

function read(text) {
  if (text.trim() === '') return {};
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
