// The posts service on graphql-jit, for bench to measure: `node server.mjs URL` serves it over the upstream at URL, and says where on stderr.
// Operations are compiled once, answers are written by the code made for them, and each request asks for its users in one batch.
import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { buildSchema, parse, validate } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { Pool } from 'undici';

const upstream = new Pool(process.argv[2], { connections: 100 });

const schema = buildSchema(`
  type Query { greet: String posts: [Post] }
  type Post { id: Int userId: Int! title: String user: User author: User }
  type User { id: Int name: String email: String }
`);

const get = async (path) => {
  const { statusCode, body } = await upstream.request({ method: 'GET', path });
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${await body.text()}`);
  return body.json();
};

/** One batch for all users that a request asks for. */
const users = () =>
  new DataLoader(async (ids) => {
    const found = new Map((await get(`/users?${ids.map((id) => `id=${id}`).join('&')}`)).map((user) => [user.id, user]));
    return ids.map((id) => found.get(id) ?? null);
  });

/** A call for each user that a request asks for. */
const authors = () => new DataLoader((ids) => Promise.all(ids.map((id) => get(`/users/${id}`))), { batch: false });

const resolve = (type, field, resolver) => {
  schema.getType(type).getFields()[field].resolve = resolver;
};
resolve('Query', 'greet', () => 'Hello World!');
resolve('Query', 'posts', () => get('/posts'));
resolve('Post', 'user', (post, _, context) => (context.users ??= users()).load(post.userId));
resolve('Post', 'author', (post, _, context) => (context.authors ??= authors()).load(post.userId));

const compiled = new Map();

const compile = (query) => {
  let operation = compiled.get(query);
  if (!operation) {
    const document = parse(query);
    const [mistake] = validate(schema, document);
    if (mistake) throw mistake;
    operation = compileQuery(schema, document, undefined, { customJSONSerializer: true });
    if (!isCompiledQuery(operation)) throw operation.errors[0];
    compiled.set(query, operation);
  }
  return operation;
};

const answer = async (body) => {
  const { query, variables } = JSON.parse(body);
  const operation = compile(query);
  return operation.stringify(await operation.query(undefined, {}, variables ?? {}));
};

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    let text;
    try {
      text = await answer(Buffer.concat(parts).toString());
    } catch (mistake) {
      text = JSON.stringify({ errors: [{ message: mistake.message }] });
    }
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.error(`served at http://127.0.0.1:${server.address().port}/`));
