// fetchOperations returns what a service runs that runs nothing else: [{id, name, text, label}], by label: the name, or the id where the
// manifest has no name.
export async function fetchOperations() {
  const response = await fetch('playground/operations.json');
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return sorted(await response.json());
}

export function sorted(operations) {
  return operations.map((o) => ({ ...o, label: o.name || o.id })).sort((a, b) => (a.label < b.label ? -1 : Number(a.label > b.label)));
}

// byID returns what turns a request for a known text into one for its id, in Apollo's envelope, which every service understands. Any other
// text is sent as it is: that it is refused is for the service to say. The operation's name is the manifest's: GraphiQL reads the name from
// the text a moment after the text changes, and a quick run would carry the name of what was in the editor before.
export function byID(operations) {
  const known = new Map(operations.map((operation) => [operation.text.trim(), operation]));
  return ({ query, operationName, ...rest }) => {
    const operation = known.get(query.trim());
    if (operation === undefined) return { query, operationName, ...rest };
    const persistedQuery = { version: 1, sha256Hash: operation.id };
    return { ...rest, ...(operation.name && { operationName: operation.name }), extensions: { ...rest.extensions, persistedQuery } };
  };
}

// matching are the operations whose label or id has some text in it, whatever its case.
export function matching(operations, text) {
  const wanted = text.trim().toLowerCase();
  return operations.filter(({ id, label }) => label.toLowerCase().includes(wanted) || id.includes(wanted));
}
