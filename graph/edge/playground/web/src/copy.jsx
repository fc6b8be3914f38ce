import { useEffect, useState } from 'react';

// useCopy returns [said, copy]: copy puts the text that make returns into the clipboard, and for two seconds said is what came of it.
export function useCopy(make) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(setSaid, 2000, '');
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await put(make());
      setSaid('Copied');
    } catch (failure) {
      setSaid(failure.message);
    }
  };
  return [said, copy];
}

// put copies a text. Browsers have a clipboard for pages of localhost and of https only.
async function put(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('The browser does not copy');
}
