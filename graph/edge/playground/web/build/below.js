// below moves the page to the folder above the one its assets are in: the page is /, they are below /playground/. All addresses
// stay relative, so that a service may be mounted below any path.
export function below(folder) {
  return {
    name: 'below',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html'];
      page.source = page.source.replaceAll(/(src|href)="\.\//g, `$1="${folder}/`);
    },
  };
}
