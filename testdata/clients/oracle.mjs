// Answers requests as graphql-js does. Its input is {schema, requests: [{query, operationName, variables, answers}]}, where variables are
// text, as a client sends them, and answers what fields of Query give that are not asked for anything; any other field gives its
// arguments. It writes, for each request, the data, the errors, and the step that refused it.
import { readFileSync } from 'node:fs';
import { buildASTSchema, execute, getOperationAST, Kind, parse, specifiedDirectives, validate, visit } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';

const { schema: text, requests } = JSON.parse(readFileSync(0, 'utf8'));

// The public schema: without the directives that say who answers.
const source = parse(text);
const known = new Set([...specifiedDirectives, ...source.definitions.filter(({ kind }) => kind === Kind.DIRECTIVE_DEFINITION)]
  .map(({ name }) => name.value ?? name));
const schema = buildASTSchema(visit(source, { Directive: ({ name }) => (known.has(name.value) ? undefined : null) }));

const problem = ({ message, path, locations }) => ({ message, path, locations });

function answer({ query, operationName, variables, answers }) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    return { refused: 'parse', errors: [problem(error)] };
  }
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { refused: 'validation', errors: invalid.map(problem) };
  const variableValues = JSON.parse(variables || '{}');
  const operation = getOperationAST(document, operationName);
  if (operation) {
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues);
    if (errors) return { refused: 'variables', errors: errors.map(problem) };
  }
  const rootValue = {};
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const { name, args } of Object.values(type.getFields())) {
      rootValue[name] = args.length > 0 ? (sent) => ({ ...sent }) : answers?.[name];
    }
  }
  const { data, errors } = execute({ schema, document, operationName, variableValues, rootValue });
  return { refused: data === undefined ? 'operation' : undefined, data, errors: (errors ?? []).map(problem) };
}

process.stdout.write(JSON.stringify(requests.map(answer)));
