const introspection = 'IntrospectionQuery';

// newFetcher returns GraphiQL's fetcher for an endpoint. Every operation but GraphiQL's own introspection asks for a
// trace where calls.wanted() says so, and is reported to calls.
export function newFetcher(endpoint, calls) {
  return async (params, { headers } = {}) => {
    if (params.operationName === introspection) return post(endpoint, params, headers);
    const trace = calls.wanted() ? { 'Weft-Trace': 'calls' } : {};
    const run = calls.begin(params.operationName);
    try {
      const answer = await post(endpoint, params, { ...trace, ...headers });
      calls.end(run, answer);
      return answer;
    } catch (failure) {
      calls.fail(run, failure);
      throw failure;
    }
  };
}

async function post(endpoint, params, headers) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
    },
    body: JSON.stringify(params),
  });
  const body = await response.text();
  try {
    return JSON.parse(body);
  } catch {
    throw new Error(`${endpoint} answered ${response.status} without JSON: ${body.slice(0, 200)}`);
  }
}
