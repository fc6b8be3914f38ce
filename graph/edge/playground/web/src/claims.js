// left are claims that say nothing of who asks, or what for.
const left = ['iss', 'aud', 'iat', 'nbf', 'jti'];

// readClaims returns what a value of the Authorization header says of who asks, as [{name, text}], sub first: nothing, unless it is a JSON
// Web Token. Nobody verifies it here.
export function readClaims(authorization) {
  const claims = decode(authorization);
  if (!claims) return [];
  const names = Object.keys(claims).filter((name) => !left.includes(name));
  names.sort((a, b) => (b === 'sub') - (a === 'sub'));
  return names.map((name) => ({ name, text: print(name, claims[name]) }));
}

function decode(authorization) {
  const parts = /^bearer +[\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization ?? '');
  if (!parts) return null;
  try {
    const bytes = Uint8Array.from(atob(parts[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return claims !== null && typeof claims === 'object' && !Array.isArray(claims) ? claims : null;
  } catch {
    return null;
  }
}

function print(name, value) {
  if (name === 'exp' && typeof value === 'number' && Math.abs(value) < 1e11) return new Date(value * 1000).toISOString().slice(0, 16).replace('T', ' ');
  if (Array.isArray(value) && value.every((v) => typeof v === 'string')) return value.join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
