// fetchConfig returns what the service says about itself: {endpoint, title, tabs: [{name, query, variables, headers}],
// tokens: [{name, value, description}], upstreams: [{name, url, headers}], faults, locked}. All addresses are relative to the page, which may be below any path.
export async function fetchConfig() {
  const response = await fetch('playground/config.json');
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return response.json();
}

// firstVisit tells whether GraphiQL has stored tabs of its own in this browser yet. From then on they count, and the
// tabs of the configuration are only in the menu of examples.
export function firstVisit() {
  return localStorage.getItem('graphiql:tabState') === null;
}
