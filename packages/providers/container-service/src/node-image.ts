/** What nodes say about their image: there is none, and the name says so. */
export const nodeImage = 'PodpassEmbedded-1.0';
