// What a client sends and gets, as it goes over the wire.
import { createServer, request as ask } from 'node:http';

/**
 * A proxy in front of a service, for one client. It notes each request in sent: its method, what it asks for (of its body or of its URL,
 * where JSON in parameters is decoded), its headers, and the answer's status, headers and body. It ends with the process.
 */
export async function record(service) {
  const { origin, pathname } = new URL(service);
  const sent = [];
  const proxy = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = await read(request);
    const passed = ask(new URL(url, origin), { method, headers }, async (answer) => {
      const bytes = await read(answer);
      sent.push({ method, asked: asked(url, body), headers, status: answer.statusCode, answer: { headers: answer.headers, body: bytes } });
      response.writeHead(answer.statusCode, answer.headers).end(bytes);
    });
    passed.on('error', (failure) => response.destroy(failure));
    passed.end(body);
  });
  proxy.on('connection', (connection) => connection.unref()).unref();
  await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening));
  return { uri: `http://127.0.0.1:${proxy.address().port}${pathname}`, sent };
}

const read = async (stream) => Buffer.concat(await stream.toArray());

function asked(url, body) {
  if (body.length > 0) return JSON.parse(body);
  const decoded = {};
  for (const [name, value] of new URL(url, 'http://any').searchParams) {
    decoded[name] = name === 'variables' || name === 'extensions' ? JSON.parse(value) : value;
  }
  return decoded;
}

/** What each request was made of: GET or POST, with a text, a digest in Apollo's envelope, or both. */
export function shapes(sent) {
  return sent.map(({ method, asked: { query, extensions, documentId, doc_id } }) =>
    [method, query && 'text', extensions?.persistedQuery && 'digest', documentId && 'documentId', doc_id && 'doc_id'].filter(Boolean).join(' '),
  );
}

/** How each answer was coded. */
export const codings = (sent) => sent.map(({ answer }) => answer.headers['content-encoding'] ?? 'identity');

/** Long enough to be compressed. */
export const page = { first: 40 };

/** A review that nobody has written yet. */
export const review = (title) => ({ input: { productId: 'p-0001', rating: 4, title, text: 'It keeps the rain out.' } });
