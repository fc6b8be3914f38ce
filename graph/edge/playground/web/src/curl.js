// Writes commands for a shell. They hold no secret: the value of every header that a visitor has set is a variable of the shell.

// operationCommand returns the command that sends an operation. own are the headers of the page itself.
export function operationCommand(url, { query, variables, operationName, extensions, headers }, own) {
  const body = { ...(query && { query }), ...(extensions && { extensions }), ...(variables && { variables }), ...(operationName && { operationName }) };
  return command([
    quoted(url),
    ...Object.entries({ 'Content-Type': 'application/json', ...own }).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...Object.keys(headers ?? {}).map(hidden),
    `-d ${quoted(JSON.stringify(body))}`,
  ]);
}

// callCommand returns the command that makes a call, with what is known of its upstream: {url, headers}. The report does not have a
// call's body: it is a variable, too.
export function callCommand(call, upstream) {
  const [base, path] = [upstream?.url ?? '', call.path];
  const write = call.method !== 'GET';
  return command([
    base === '' ? `${variable(`${call.upstream}-url`)}${quoted(path)}` : quoted(base.replace(/\/$/, '') + path),
    ...(write ? [`-X ${call.method}`, `-H ${quoted('Content-Type: application/json')}`] : []),
    ...(upstream?.headers ?? []).map(hidden),
    ...(write ? [`-d ${variable('body')}`] : []),
  ]);
}

function command(parts) {
  return ['curl -s', ...parts].join(' \\\n  ').replace(' \\\n  ', ' ');
}

function hidden(name) {
  return `-H ${quoted(`${name}: `)}${variable(name)}`;
}

// variable names a variable of the shell: "$X_STORE" for x-store.
function variable(name) {
  return `"$${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^(?=\d)/, '_')}"`;
}

// quoted is a text that the shell takes as it is.
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
