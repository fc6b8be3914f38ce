// Stands in for GraphiQL's preview of pictures, which would fetch them from wherever an answer points to.
export const ImagePreview = Object.assign(() => null, { shouldRender: () => false });
