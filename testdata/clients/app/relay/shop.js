// What relay-compiler reads: it makes an artifact of each, which has the id and no text.
import { graphql } from 'relay-runtime';

graphql`
  query shopPageQuery($first: Int!) {
    products(first: $first) {
      nodes {
        id
        name
      }
    }
  }
`;

graphql`
  mutation shopRateMutation($input: AddReviewInput!) {
    addReview(input: $input) {
      rating
    }
  }
`;
