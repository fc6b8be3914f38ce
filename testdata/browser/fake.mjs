// A small GraphQL service for the browser test: it stands in for one that Weft compiled, where none is at hand. It
// answers POST on every path, introspection included, and where "Weft-Report: calls" asks for it, says in
// extensions.weft which upstream calls it would have made, and where its values would have come from. `node fake.mjs` listens
// on a free port of loopback, and prints its URL.
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { buildSchema, graphql } from 'graphql';

const schema = buildSchema(`
  "A storefront, woven from five services."
  type Query {
    "The catalog, newest first."
    products(first: Int! = 20): [Product!]!
    product(id: ID!): Product
    "The account of the bearer token, null without one."
    me: User
  }
  type Product {
    id: ID!
    name: String!
    "Of the pricing service, in the shop's currency."
    price: Price
    stock: Int
    reviews(first: Int! = 2): [Review!]
  }
  type Price { amount: Float!, currency: String! }
  type Review { stars: Int!, text: String!, author: User }
  type User { id: ID!, name: String! }
`);

const names = ['Loom, table top', 'Shuttle, boxwood', 'Warping board', 'Heddles, 100', 'Reed, 12 dents', 'Wool, 4 ply'];
const users = { alice: { id: 'u1', name: 'Alice' }, bob: { id: 'u2', name: 'Bob' } };
const product = (i) => ({
  id: `p${i}`,
  name: names[i % names.length],
  price: { amount: 12.5 + 7 * i, currency: 'EUR' },
  stock: (7 * i) % 40,
  reviews: ({ first }) => [5, 4, 3].slice(0, first).map((stars) => ({ stars, text: 'Does what it should.', author: users.bob })),
});
const root = (token) => ({
  products: ({ first }) => Array.from({ length: Math.min(first, 40) }, (_, i) => product(i + 1)),
  product: ({ id }) => (/^p\d+$/.test(id) ? product(Number(id.slice(1))) : null),
  me: () => users[token] ?? null,
});

const call = (upstream, binding, path, start, duration, more) => ({
  upstream, binding, at: 'schema.graphql:7', method: 'GET', path, status: 200, start, duration, shared: false, bytes: 834, ...more,
});
const calls = [
  call('catalog', 'Query.products', '/products?limit=3&offset=0', 0.4, 18.2),
  call('accounts', 'Query.me', '/me', 0.5, 9.6, { shared: true }),
  call('shipping', 'Delivery', '/delivery/p1', 0.6, 41.5, { keys: 1 }),
  call('pricing', 'Price', '/prices/batch', 18.9, 12.4, { method: 'POST', keys: 3 }),
  call('inventory', 'Stock', '/stock?sku=p1&sku=p2&sku=p3', 19, 31.7, { keys: 3, status: 503, error: 'unavailable', bytes: undefined }),
  call('reviews', 'Product.reviews', '/reviews?productId=p1&productId=p2&productId=p3&first=2', 19.1, 24.8, { keys: 3 }),
  call('accounts', 'User', '/users?ids=u2', 44.3, 8.1, { keys: 1 }),
];

const values = [
  { binding: 'Query.products', from: 'upstream', age: 0 },
  { binding: 'Query.me', from: 'shared', age: 0 },
  { binding: 'Delivery', key: 'p1', from: 'upstream', age: 0, early: true },
  ...['p1', 'p2', 'p3'].map((key) => ({ binding: 'Price', key, from: 'upstream', age: 0 })),
  ...['p1', 'p2', 'p3'].map((key) => ({ binding: 'Stock', key, from: 'upstream', age: 0 })),
  ...['p1', 'p2', 'p3'].map((key) => ({ binding: 'Product.reviews', key, from: 'upstream', age: 0 })),
  { binding: 'User', key: 'u1', from: 'memory', age: 12.4 },
  { binding: 'User', key: 'u2', from: 'upstream', age: 0 },
  { binding: 'User', key: 'u3', from: 'memory', age: 3.1 },
];
const parts = {
  from: 'run',
  asked: 17,
  caching: { answer: 0, memo: 0, memory: 2, redis: 0, stale: 0 },
  batching: { sent: 12, merged: 6, calls: 6 },
  asynchronous: { early: 1, wasted: 0, refreshes: 0 },
  compression: { upstreams: { bytes: 9000, wire: 3000 }, client: { coding: 'identity', bytes: 900, wire: 900 } },
  parallel: { sum: 90, elapsed: 55, saved: 35 },
  avoided: { deduplicated: 2, shared: 1, prefetched: 0, notModified: 0 },
};

async function answer(request) {
  const chunks = await request.toArray();
  const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString());
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const result = await graphql({ schema, source: query, rootValue: root(token), variableValues: variables, operationName });
  await setTimeout(55); // as long as the calls it says it made
  if (result.data && request.headers['weft-report'] === 'calls') result.extensions = { weft: { ...parts, calls, values } };
  return JSON.stringify(result);
}

const server = createServer(async (request, response) => {
  try {
    const body = await answer(request);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
  } catch (failure) {
    response.writeHead(400, { 'Content-Type': 'text/plain' }).end(String(failure));
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
