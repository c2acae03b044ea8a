// Number formats of weights, of the KV cache and of matrix multiplications. Quantising shrinks a layer's weights; the
// embedding and the output head stay in 16 bits, as they do in published AWQ, GPTQ, SmoothQuant and FP8 checkpoints.
// Weights that only are stored in few bits are multiplied in 16 bits after dequantising; where the activations are
// quantised too (w8a8: `compute` int8 or fp8) the faster units of the GPU do it. Left out: the time to dequantise,
// formats per layer, FP8 KV scales.

/** fp16 stands for bfloat16 too. */
export const WEIGHT_FORMATS = ['fp16', 'fp8', 'int8', 'int4'] as const;
export const KV_FORMATS = ['fp16', 'fp8', 'int8'] as const;
export const COMPUTE_FORMATS = ['fp16', 'fp8', 'int8'] as const;

export type WeightFormat = (typeof WEIGHT_FORMATS)[number];
export type KvFormat = (typeof KV_FORMATS)[number];
export type ComputeFormat = (typeof COMPUTE_FORMATS)[number];

/** Of activations, of the embedding and of the output head. */
export const BYTES_PER_ELEMENT = 2;

/**
 * Bytes per weight. int4 in groups of 128 weights, each with a 16-bit scale and a 4-bit zero point: 4.16 bits (AWQ,
 * Lin et al., MLSys 2024; GPTQ, Frantar et al., ICLR 2023). Scales per row of the 8-bit formats: < 0.1 %, left out.
 */
export const WEIGHT_BYTES: Readonly<Record<WeightFormat, number>> = {
  fp16: BYTES_PER_ELEMENT,
  fp8: 1,
  int8: 1,
  int4: (4 + 20 / 128) / 8,
};

export const KV_BYTES: Readonly<Record<KvFormat, number>> = { fp16: BYTES_PER_ELEMENT, fp8: 1, int8: 1 };
