// fetchOperations returns what a service runs that runs nothing else: [{id, name, text}], by name.
export async function fetchOperations() {
  const response = await fetch('playground/operations.json');
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return sorted(await response.json());
}

export function sorted(operations) {
  return operations.map((o) => ({ ...o, name: o.name || o.id })).sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

// byID returns what turns a request for a known text into one for its id, in Apollo's envelope, which every service understands. Any other
// text is sent as it is: that it is refused is for the service to say.
export function byID(operations) {
  const ids = new Map(operations.map(({ id, text }) => [text.trim(), id]));
  return ({ query, ...rest }) => {
    const id = ids.get(query.trim());
    if (id === undefined) return { query, ...rest };
    return { ...rest, extensions: { ...rest.extensions, persistedQuery: { version: 1, sha256Hash: id } } };
  };
}

// matching are the operations whose name or id has some text in it, whatever its case.
export function matching(operations, text) {
  const wanted = text.trim().toLowerCase();
  return operations.filter(({ id, name }) => name.toLowerCase().includes(wanted) || id.includes(wanted));
}
