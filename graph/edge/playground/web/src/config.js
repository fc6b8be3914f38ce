// fetchConfig returns what the service says about itself: {endpoint, title, tabs: [{name, query, variables, headers}],
// tokens: [{name, value, description}], upstreams: [{name, url, headers}], faults, explain, locked}. All addresses are relative to the page, which may be below any path.
export async function fetchConfig() {
  const response = await fetch('playground/config.json');
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return response.json();
}

// fetchExplanation returns what is known of an operation before it runs, {text, calls}: how it runs, '' where it is not valid; and how
// many calls it makes at most, null where nobody knows.
export async function fetchExplanation(request) {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch('playground/explain', { method: 'POST', headers, body: JSON.stringify(request) });
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return response.json();
}

// firstVisit tells whether GraphiQL has stored tabs of its own in this browser yet. From then on they count, and the
// tabs of the configuration are only in the menu of examples.
export function firstVisit() {
  return localStorage.getItem('graphiql:tabState') === null;
}
