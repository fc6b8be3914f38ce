// A web app in a page of its own origin: Apollo Client, with automatic persisted queries by GET where it is told so.
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

const ShopFront = gql`
  query ShopFront($first: Int!) {
    products(first: $first) {
      nodes {
        id
        name
        description
      }
    }
  }
`;
const RateFront = gql`
  mutation RateFront($input: AddReviewInput!) {
    addReview(input: $input) {
      rating
      title
    }
  }
`;

async function sha256(text) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// apollo returns a client. Its options are HttpLink's, and byDigest.
function apollo({ byDigest, ...options }) {
  const http = new HttpLink(options);
  return new ApolloClient({
    link: byDigest ? new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(http) : http,
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
}

globalThis.app = {
  query: async (options, variables) => (await apollo(options).query({ query: ShopFront, variables })).data,
  rate: async (options, variables) => (await apollo(options).mutate({ mutation: RateFront, variables })).data,
};
