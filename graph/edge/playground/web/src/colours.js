const number = 10; // of the classes weft-hue-N

// newColours returns the function that gives an upstream its class. An upstream keeps its colour from run to run, and from visit to
// visit: those that the service names have the colour of their place among them, others one that comes of their name.
export function newColours(names) {
  const places = new Map([...names].sort().map((name, i) => [name, i]));
  return (name) => `weft-hue-${(places.get(name) ?? hash(name)) % number}`;
}

function hash(name) {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 65521;
  return sum;
}
