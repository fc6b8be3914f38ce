const introspection = 'IntrospectionQuery';

// newFetcher returns GraphiQL's fetcher for an endpoint, which is sent what asks makes of a request. Every operation but GraphiQL's own introspection is sent with the headers that
// runs wants, and reported to it.
export function newFetcher(endpoint, asks, runs) {
  return async (params, { headers } = {}) => {
    if (params.operationName === introspection) return post(endpoint, params, headers);
    const own = runs.headers();
    const run = runs.begin({ ...params, headers: headers ?? {} });
    try {
      const answer = await post(endpoint, asks(params), { ...own, ...headers });
      runs.end(run, answer);
      return answer;
    } catch (failure) {
      runs.fail(run, failure);
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
