// How the arrival rate varies over a day or a week, hour by hour, relative to its mean. 24 values start at midnight,
// 168 on Monday at midnight, in `timeZone`. Left out: anything faster than an hour (a Poisson process supplies the
// noise; measured services are burstier), seasons, holidays. The Azure curves are of services used world-wide, the
// reason why they never fall far; a product with users in one country has deeper nights.

export interface Curve {
  /** 24 values (hour of day) or 168 (hour of week from Monday), mean 1. */
  hours: number[];
  /** IANA zone in which the hours are meant. */
  timeZone: string;
  source: string;
  description: string;
}

const AZURE =
  'Azure/AzurePublicDataset, AzureLLMInferenceDataset2024.ipynb, plots of requests per minute (conversation 12-18 May, coding 10-16 May 2024), digitised; weekly totals within 1 % of the published counts. CC-BY 4.0, Microsoft';

export const CURVES: Record<string, Curve> = {
  'azure-conversation-weekday': {
    description: 'Azure conversation service, mean of Monday to Friday',
    timeZone: 'UTC',
    source: AZURE,
    hours: [
      0.8904, 0.9722, 0.9549, 0.7905, 0.8036, 0.8735, 1.0055, 1.0852, 1.1076, 1.0839, 0.9749, 1.0293, 1.1507,
      1.2752, 1.3376, 1.2468, 1.1301, 1.0862, 1.0789, 1.0153, 0.9207, 0.7702, 0.6935, 0.7233,
    ],
  },
  'azure-conversation-weekend': {
    description:
      'Azure conversation service, mean of Saturday and Sunday (which have 57 % of a weekday’s requests)',
    timeZone: 'UTC',
    source: AZURE,
    hours: [
      0.8836, 0.9359, 0.9291, 0.7942, 0.7705, 0.8051, 0.819, 0.9163, 0.9437, 0.8688, 0.9179, 1.0194, 1.0887,
      1.2156, 1.2277, 1.2765, 1.1939, 1.1765, 1.1277, 1.0563, 1.069, 1.0125, 0.9418, 1.0105,
    ],
  },
  'azure-conversation-week': {
    description: 'Azure conversation service, one week; 45.15 requests per second on average',
    timeZone: 'UTC',
    source: AZURE,
    hours: [
      0.9791, 1.1032, 1.1005, 0.9037, 0.9215, 0.994, 1.1408, 1.205, 1.268, 1.1784, 1.1608, 1.235, 1.3284,
      1.4876, 1.6695, 1.5456, 1.3425, 1.2842, 1.2586, 1.2452, 1.1487, 0.9401, 0.9207, 0.9751, 1.0773, 1.1211,
      1.1508, 0.9364, 0.9458, 1.0073, 1.1692, 1.2994, 1.262, 1.2589, 1.1666, 1.2805, 1.4551, 1.5403, 1.6476,
      1.5495, 1.4271, 1.3348, 1.4136, 1.3017, 1.175, 1.0417, 0.8929, 0.8514, 0.9983, 1.079, 1.0324, 0.8607,
      0.9103, 0.97, 1.1046, 1.1924, 1.2148, 1.2326, 1.1279, 1.1872, 1.3503, 1.4759, 1.5047, 1.4322, 1.296,
      1.2259, 1.2734, 1.2114, 1.0552, 0.7999, 0.7604, 0.853, 0.9957, 1.1431, 1.093, 0.9165, 0.9053, 0.9986,
      1.2181, 1.2754, 1.3887, 1.3189, 1.0527, 1.1049, 1.2542, 1.4773, 1.5198, 1.3587, 1.2538, 1.2384, 1.2296,
      1.1211, 1.0038, 0.8842, 0.7769, 0.8686, 1.028, 1.0985, 1.0695, 0.8915, 0.9003, 1.0119, 1.1022, 1.2173,
      1.1834, 1.1932, 1.0522, 1.0631, 1.1746, 1.2919, 1.2875, 1.2253, 1.1258, 1.1116, 0.9781, 0.9111, 0.8683,
      0.7271, 0.6045, 0.5771, 0.5831, 0.6233, 0.6424, 0.5309, 0.5268, 0.5578, 0.5618, 0.6162, 0.6546, 0.5714,
      0.6397, 0.6913, 0.7709, 0.7698, 0.8386, 0.8565, 0.8167, 0.7671, 0.6913, 0.6579, 0.6987, 0.6384, 0.583,
      0.543, 0.5626, 0.5902, 0.5622, 0.4989, 0.4722, 0.4861, 0.5002, 0.5719, 0.569, 0.5551, 0.5504, 0.6304,
      0.6407, 0.8062, 0.7532, 0.7986, 0.7313, 0.7583, 0.7709, 0.7116, 0.6873, 0.6744, 0.638, 0.7671,
    ],
  },
  'azure-coding-weekday': {
    description: 'Azure coding assistant, mean of Monday to Friday: American working hours',
    timeZone: 'UTC',
    source: AZURE,
    hours: [
      0.7078, 0.6827, 0.6385, 0.5267, 0.4191, 0.3459, 0.2973, 0.2526, 0.2353, 0.2427, 0.2606, 0.3783, 0.6924,
      1.1835, 1.6816, 1.8185, 1.7236, 1.9779, 2.1779, 2.2291, 2.0769, 1.5267, 1.1035, 0.8208,
    ],
  },
  'azure-coding-week': {
    description: 'Azure coding assistant, one week; 27.78 requests per second on average',
    timeZone: 'UTC',
    source: AZURE,
    hours: [
      0.6625, 0.6708, 0.6659, 0.581, 0.4972, 0.3968, 0.3273, 0.3204, 0.2947, 0.2947, 0.2969, 0.4633, 0.773,
      1.4414, 2.0402, 2.2896, 2.1786, 2.4639, 2.7058, 2.7933, 2.6033, 2.0006, 1.5711, 1.114, 1.0107, 1.0538,
      0.9372, 0.6506, 0.5363, 0.4315, 0.3581, 0.2891, 0.27, 0.3182, 0.3371, 0.4837, 0.9216, 1.7202, 2.4005,
      2.4112, 2.124, 2.6335, 2.9624, 2.9496, 2.6825, 1.9201, 1.422, 1.0982, 1.0144, 0.8929, 0.8174, 0.7564,
      0.5744, 0.4437, 0.4067, 0.3221, 0.3143, 0.2804, 0.3473, 0.4917, 0.8937, 1.5175, 2.075, 2.3032, 2.3679,
      2.5546, 2.9105, 2.9846, 2.9082, 2.0792, 1.3783, 1.0703, 0.9239, 0.8249, 0.8648, 0.6979, 0.5274, 0.4818,
      0.418, 0.334, 0.3162, 0.3194, 0.3315, 0.4929, 0.9585, 1.4602, 2.1191, 2.3083, 2.2127, 2.5583, 2.8204,
      2.8824, 2.592, 1.9276, 1.3588, 1.0428, 0.773, 0.7862, 0.6696, 0.5767, 0.4611, 0.3888, 0.3315, 0.2989,
      0.2624, 0.2909, 0.3014, 0.4118, 0.7423, 1.1918, 1.7819, 1.952, 1.7937, 2.0418, 2.092, 2.1982, 2.079,
      1.5295, 1.105, 0.7589, 0.6072, 0.5545, 0.4843, 0.4731, 0.3861, 0.3174, 0.2673, 0.1875, 0.1468, 0.1217,
      0.1013, 0.1746, 0.2651, 0.3636, 0.4332, 0.4723, 0.5251, 0.5884, 0.6222, 0.6297, 0.5631, 0.5188, 0.5733,
      0.4825, 0.4837, 0.5107, 0.4687, 0.4424, 0.3809, 0.3106, 0.2435, 0.161, 0.1289, 0.1284, 0.1333, 0.1518,
      0.2244, 0.286, 0.366, 0.4375, 0.4707, 0.4726, 0.5519, 0.5699, 0.645, 0.6756, 0.6197, 0.6123,
    ],
  },
  'campus-chatgpt': {
    description: 'ChatGPT (GPT-3.5) on one university campus in Guangzhou: quiet nights, lunch break',
    timeZone: 'Asia/Shanghai',
    source:
      'HPMLL/BurstGPT, Fig3-4.png, medians of requests per hour over two months at the end of 2023, digitised (hours 3-7 are +-2 requests). CC-BY 4.0',
    hours: [
      0.5664, 0.3465, 0.1978, 0.1106, 0.0799, 0.0614, 0.0614, 0.0614, 0.2469, 1.3035, 1.9264, 1.9411, 0.8367,
      1.1291, 1.903, 2.2606, 2.3097, 1.6217, 0.946, 1.2421, 1.4472, 1.3182, 1.1585, 0.9239,
    ],
  },
  'api-clients': {
    description: 'Clients of a model API (Alibaba Model Studio, small model), 14 days; zone assumed',
    timeZone: 'Asia/Shanghai',
    source:
      'alibaba/ServeGen, data/language/m-small, 10-minute rates of its 43 top clients over 14 days, mean by hour. Apache-2.0',
    hours: [
      0.839, 0.7136, 0.7334, 0.6764, 0.714, 0.6601, 0.6844, 0.8546, 1.0154, 1.0545, 1.125, 1.0935, 1.06,
      1.0733, 1.0603, 1.0466, 1.091, 1.0785, 1.0075, 1.2288, 1.4555, 1.4019, 1.2697, 1.063,
    ],
  },
};
