// Token lengths of two production services as quantile tables: (p, tokens) points joined by straight lines, for a
// length of kind `quantiles`. Fitted to the traces so that the distribution is nowhere off by more than 0.009 and the
// tail by a fifth; a single lognormal misses these spiky distributions by 0.11 to 0.18 (Kolmogorov-Smirnov). Left
// out: the correlation of prompt and output, which is weak (Spearman 0.07 and -0.02); resampling a trace keeps it.

export interface LengthFit {
  /** p from 0 to 1, neither falling; whole tokens. */
  points: { p: number; tokens: number }[];
  source: string;
  description: string;
}

const SOURCE =
  'Azure/AzurePublicDataset, AzureLLMInferenceDataset2023 (one hour of 16 November 2023), fitted. CC-BY 4.0, Microsoft';

function points(...pairs: [p: number, tokens: number][]): LengthFit['points'] {
  return pairs.map(([p, tokens]) => ({ p, tokens }));
}

export const LENGTH_FITS: Record<string, LengthFit> = {
  'azure-conversation-prompt': {
    description: 'Prompts of the Azure conversation service: mean 1155, median 1020 tokens (19,366 requests)',
    source: SOURCE,
    // prettier-ignore
    points: points(
      [0, 2], [0.0371, 181], [0.0657, 182], [0.0718, 201], [0.1211, 213], [0.1516, 375], [0.1936, 382],
      [0.2107, 392], [0.3507, 411], [0.4006, 465], [0.4146, 913], [0.4696, 1008], [0.7101, 1131],
      [0.7798, 1259], [0.7873, 1315], [0.8158, 1318], [0.9168, 3180], [0.9251, 4078], [0.9634, 4084],
      [0.9878, 4110], [0.9942, 4227], [0.9967, 5362], [0.9984, 5627], [0.9998, 8074], [1, 14050],
    ),
  },
  'azure-conversation-output': {
    description: 'Outputs of the Azure conversation service: mean 211, median 129 tokens',
    source: SOURCE,
    // prettier-ignore
    points: points(
      [0, 7], [0.0595, 47], [0.1229, 58], [0.2126, 81], [0.4226, 105], [0.4321, 111], [0.4754, 117],
      [0.5085, 136], [0.5546, 148], [0.6471, 212], [0.677, 377], [0.7507, 396], [0.7939, 397],
      [0.8008, 402], [0.8964, 419], [0.9052, 429], [0.9337, 430], [0.981, 529], [0.9971, 664],
      [0.9986, 958], [0.9998, 965], [0.9998, 999], [1, 1000],
    ),
  },
  'azure-coding-prompt': {
    description: 'Prompts of the Azure coding service: mean 2048, median 1469 tokens (8,819 requests)',
    source: SOURCE,
    // prettier-ignore
    points: points(
      [0, 3], [0.168, 252], [0.3761, 1036], [0.4339, 1155], [0.727, 2540], [0.8462, 3683], [0.9524, 6866],
      [0.9569, 7435], [0.9945, 7436], [1, 7437],
    ),
  },
  'azure-coding-output': {
    description: 'Outputs of the Azure coding service: mean 28, median 13 tokens',
    source: SOURCE,
    // prettier-ignore
    points: points(
      [0, 6], [0.1617, 7], [0.1617, 8], [0.3536, 10], [0.4248, 12], [0.5114, 13], [0.6918, 19],
      [0.8144, 30], [0.9287, 65], [0.9809, 151], [0.9958, 348], [0.9998, 1033], [1, 1899],
    ),
  },
};
