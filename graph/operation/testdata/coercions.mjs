// Writes what graphql-js makes of values, as variables and as literals, of each of types:
//
//	npm install graphql@16 && node coercions.mjs > coercions.json
//
// It lists the values that were tried, and for each type those that are accepted with what they become: a list of that, empty where
// it is not JSON. All others are refused.
import { buildSchema, execute, parse, validate, version } from "graphql";

const types = [
  "Int", "Int!", "Float", "String", "ID", "Boolean", "Color", "Any", "By", "Sub",
  "[Int]", "[Int!]", "[Float]", "[ID!]!", "[Color]", "[Any]", "[By]", "[Sub!]", "[[Int]]",
];
const numbers = [
  "0", "-0", "1", "-1", "2147483647", "2147483648", "-2147483648", "-2147483649", "9007199254740991", "9007199254740993",
  "9223372036854775807", "9223372036854775808", "100000000000000000000", "1000000000000000000000", "1.0", "5.0", "-0.0", "1.5", "2.5",
  "1e2", "1E2", "1e-1", "10e-1", "2e9", "3e9", "1e21", "1.5e300", "1e308", "1e400", "-1e400", "1e-400",
];
const both = [...numbers, "null", "true", "false", '""', '"1"', '"RED"', '"a b"', '"NaN"', "[]", "[1]", "[null]", "[1.0]", "[1.5]", "[[1]]", "[[1,null],[2]]", "[true]", '["RED"]', '[1,"x"]', "{}"];
const json = [
  '{"id":1}', '{"id":"a"}', '{"id":null}', '{"id":1.5}', '{"id":1,"name":"x"}', '{"id":1,"name":null}', '{"name":1}', '{"sub":{"n":1.0}}', '{"nope":1}',
  '{"n":1}', '{"n":null}', '{"n":"1"}', '{"n":1.0}', '{"tags":"a"}', '{"tags":["a",null]}', '{"tags":[]}', '{"color":"GREEN"}', '{"color":"green"}',
  '{"any":{"a":[1,{}]}}', '{"by":{"id":1}}', '{"by":{}}', '{"subs":{"n":1}}', '{"subs":[{"n":1},{"n":"1"}]}', '{"flag":null}', '{"flag":false}',
  '[{"id":1},{"name":"a"}]', '[{"n":1},null]', '[{"n":1},{}]', '"\\ud83d\\ude00"', '"\u00e9"', '"red"',
];
const literals = [
  "RED", "red", "[RED]", "[RED,null]", "{id:1}", '{id:"a"}', "{id:null}", "{id:1.5}", '{id:1,name:"x"}', "{id:1,name:null}", "{name:1}", "{sub:{n:1}}", "{nope:1}",
  "{n:1}", "{n:null}", '{n:"1"}', "{n:1.0}", "{n:2147483648}", '{tags:"a"}', '{tags:["a",null]}', "{tags:[]}", "{color:GREEN}", '{color:"GREEN"}',
  "{any:{a:[1,{}]}}", "{any:[{}]}", "{by:{id:1}}", "{by:{}}", "{subs:{n:1}}", '{subs:[{n:1},{n:"1"}]}', "{flag:null}", "{flag:false}", "{n:{}}", "{color:{}}", "{tags:[{}]}",
  '[{id:1},{name:"a"}]', "[{n:1},null]", "[{n:1},{}]", "[{}]", '"\\u00e9"', '"\\ud83d\\ude00"', '"\\u{1F600}"', '"\\ud83d"', '"\\ude00\\ud83d"', '"""\\ud83d"""', '"""a"""',
];

const schema = buildSchema(`
  scalar Any
  enum Color { RED GREEN }
  input By @oneOf { id: ID name: String sub: Sub }
  input Sub { n: Int tags: [String!] by: By color: Color any: Any flag: Boolean! = true subs: [Sub!] }
  type Query { ${types.map((t, i) => `f${i}(v: ${t}): Int`).join(" ")} }`);

function take(text, variableValues) {
  let document;
  try {
    document = parse(text);
  } catch {
    return null;
  }
  if (validate(schema, document).length > 0) return null;
  const taken = [];
  const rootValue = {};
  types.forEach((_, i) => { rootValue[`f${i}`] = ({ v }) => { taken.push(v); return 1; }; });
  const { errors } = execute({ schema, document, rootValue, variableValues });
  if (errors) return null;
  return isJSON(taken[0]) ? taken : [];
}

const isJSON = (v) =>
  typeof v === "number" ? Number.isFinite(v) : typeof v !== "object" || v === null || Object.values(v).every(isJSON);

const tried = { variables: [...both, ...json], literals: [...both, ...literals] };
const accepted = [];
types.forEach((type, i) => {
  for (const variable of tried.variables) {
    accepted.push({ type, variable, becomes: take(`query($v:${type}){f${i}(v:$v)}`, { v: JSON.parse(variable) }) });
  }
  for (const literal of tried.literals) {
    accepted.push({ type, literal, becomes: take(`{f${i}(v:${literal})}`) });
  }
});
const lines = accepted.filter((line) => line.becomes).map((line) => JSON.stringify(line));
console.log(`{"by":"graphql-js ${version}",
"types":${JSON.stringify(types)},
"variables":${JSON.stringify(tried.variables)},
"literals":${JSON.stringify(tried.literals)},
"accepted":[
${lines.join(",\n")}
]}`);
