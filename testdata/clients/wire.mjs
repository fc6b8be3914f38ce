// What a client sends and gets, as it goes over the wire.

/** A fetch that notes each request in sent: method, body or URL parameters (JSON in them is decoded), status and Cache-Control. */
export function wire() {
  const sent = [];
  return {
    sent,
    fetch: async (resource, options = {}) => {
      const url = new URL(resource);
      const answer = await fetch(resource, options);
      const method = options.method ?? 'GET';
      const asked = method === 'GET' ? parameters(url) : JSON.parse(options.body);
      sent.push({ method, asked, status: answer.status, cacheControl: answer.headers.get('cache-control') });
      return answer;
    },
  };
}

function parameters(url) {
  const decoded = {};
  for (const [name, value] of url.searchParams) {
    decoded[name] = name === 'variables' || name === 'extensions' ? JSON.parse(value) : value;
  }
  return decoded;
}

/** What each request was made of: GET or POST, with a text, a digest in Apollo's envelope, or both. */
export function shapes(sent) {
  return sent.map(({ method, asked }) =>
    [method, asked.query && 'text', asked.extensions?.persistedQuery && 'digest', asked.documentId && 'documentId', asked.doc_id && 'doc_id']
      .filter(Boolean)
      .join(' '),
  );
}

export const page = { first: 2 };

/** A review that nobody has written yet. */
export const review = (title) => ({ input: { productId: 'p-0001', rating: 4, title, text: 'It keeps the rain out.' } });
