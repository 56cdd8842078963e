// What is refused of a model file before LibTorch sees it.
#include "model/archive_check.h"

#include "core/files.h"
#include "model/model_archive.h"
#include "model/pickle.h"
#include "support/test_support.h"
#include "tiny_model.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kNetworkCode[] = "code/__torch__/mestr_train/network.py";

ModelEntries Tiny() { return UnpackModel(ReadFile(testing::TinyModel()), {}, "tiny.pt"); }

std::string RefusalOf(const std::string& bytes, const ModelLimits& limits = {},
                      bool trusted = false) {
  std::string message = testing::ErrorMessage(
      ErrorKind::kModel, [&] { CheckModelArchive(bytes, trusted, limits, "m.pt"); });
  EXPECT_THAT(message, AllOf(::testing::StartsWith("m.pt: "), Not(HasSubstr("\n"))));
  return message;
}

std::string RefusalOf(const ModelEntries& entries, const ModelLimits& limits = {}) {
  return RefusalOf(PackModel(entries), limits);
}

// The tiny model with these lines at the end of its code, after a function's head, in its body.
std::string RefusalOfBody(const std::string& lines) {
  ModelEntries entries = Tiny();
  entries[kNetworkCode] += "def added(x: Tensor,\n    n: int) -> Tensor:\n" + lines;
  return RefusalOf(entries);
}

std::string Replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

std::string RefusalOfPickle(const std::string& what, const std::string& with) {
  ModelEntries entries = Tiny();
  entries["data.pkl"] = Replaced(entries.at("data.pkl"), what, with);
  return RefusalOf(entries);
}

// --- archive ---

TEST(ModelArchive, KeepsTheEntriesOfAModelAndItsRecord) {
  const std::string bytes = ReadFile(testing::TinyModel());
  const CheckedModel checked = CheckModelArchive(bytes, false, {}, "tiny.pt");
  EXPECT_EQ(checked.info.name, "tiny");
  ModelEntries kept = Tiny();
  kept.erase("extra/mestr.json");
  EXPECT_EQ(UnpackModel(checked.archive, {}, "checked"), kept);
}

TEST(ModelArchive, LeavesOutWhatANetworkDoesNotNeed) {
  ModelEntries entries = Tiny();
  entries["extra/more.bin"] = "x";
  entries["code/__torch__/a.py.debug_pkl"] = "no pickle at all";
  entries["bytecode.pkl"] = "neither";
  const CheckedModel checked = CheckModelArchive(PackModel(entries), false, {}, "m.pt");
  ModelEntries kept = Tiny();
  kept.erase("extra/mestr.json");
  EXPECT_EQ(UnpackModel(checked.archive, {}, "checked"), kept);
}

TEST(ModelArchive, RefusesWhatIsNoArchive) {
  EXPECT_THAT(RefusalOf(std::string("no archive at all")), HasSubstr("not a TorchScript model"));
  EXPECT_THAT(RefusalOf(std::string()), HasSubstr("not a TorchScript model"));
  EXPECT_THAT(RefusalOf(std::string(100000, 'P')), HasSubstr("not a TorchScript model"));
}

TEST(ModelArchive, RefusesEveryTruncation) {
  const std::string bytes = ReadFile(testing::TinyModel());
  for (std::size_t size = 0; size < bytes.size(); size += 97) RefusalOf(bytes.substr(0, size));
}

TEST(ModelArchive, RefusesDamageOfAnyEntry) {
  const ModelEntries entries = Tiny();
  const std::string bytes = PackModel(entries);
  for (const auto& [name, content] : entries) {
    std::string damaged = bytes;
    const std::size_t entry = damaged.find("model/" + name);
    const std::size_t at = damaged.find(content, entry) + content.size() / 2;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    EXPECT_THAT(RefusalOf(damaged), HasSubstr("damaged")) << name;
  }
}

TEST(ModelArchive, RefusesEntriesThatNoNetworkHas) {
  for (const char* name : {"data/0x", "code/other.py", "code/__torch__.so", "../data/7",
                           "constants/a", "code/__torch__/../../x.py"}) {
    ModelEntries entries = Tiny();
    entries[name] = "x";
    EXPECT_THAT(RefusalOf(entries), ::testing::AnyOf(HasSubstr("which no TorchScript model does"),
                                                     HasSubstr("no file in a folder")))
        << name;
  }
}

TEST(ModelArchive, RefusesWhatUnpacksToTooMuchNamingTheKey) {
  ModelEntries entries = Tiny();
  entries["data/900"] = std::string(std::size_t{3} << 20U, '\0');
  EXPECT_THAT(RefusalOf(entries, {.most_mib = 2}),
              AllOf(HasSubstr("2 MiB"), HasSubstr("model.most_mib")));
  EXPECT_NO_THROW(CheckModelArchive(PackModel(entries), false, {.most_mib = 4}, "m.pt"));
}

TEST(ModelArchive, RefusesCodeOfManyMegabytes) {
  ModelEntries entries = Tiny();
  entries["code/__torch__/big.py"] = std::string(std::size_t{9} << 20U, '\n');
  EXPECT_THAT(RefusalOf(entries), HasSubstr("8 MiB of code and pickles"));
}

TEST(ModelArchive, RefusesFilesOfTorchSave) {
  ModelEntries entries = Tiny();
  entries.erase("constants.pkl");
  EXPECT_THAT(RefusalOf(entries), HasSubstr("lacks constants.pkl"));
}

TEST(ModelArchive, LooksAtTheRecordBeforeTheCode) {
  ModelEntries entries = Tiny();
  entries[kNetworkCode] = "import os\n";
  EXPECT_THAT(RefusalOf(entries), HasSubstr("network.py:1"));
  entries["extra/mestr.json"] = "{}";
  EXPECT_THAT(RefusalOf(entries), HasSubstr("lacks the field"));
}

// --- code ---

TEST(ModelCode, IsTakenUncheckedFromATrustedFileAlone) {
  ModelEntries entries = Tiny();
  entries[kNetworkCode] = "import os\n";
  EXPECT_THAT(RefusalOf(entries), AllOf(HasSubstr("sha256"), HasSubstr("trusted: true")));
  EXPECT_NO_THROW(CheckModelArchive(PackModel(entries), true, {}, "m.pt"));
}

TEST(ModelCode, IsRefusedWhereItRunsOnLoading) {
  for (const std::string name : {"__setstate__", "__getstate__"}) {
    ModelEntries entries = Tiny();
    entries[kNetworkCode] =
        Replaced(entries.at(kNetworkCode), "  def streams(",
                 "  def " + name +
                     "(self: __torch__.mestr_train.network.MeanNetwork,\n    x: int) -> "
                     "NoneType:\n    return None\n  def streams(");
    EXPECT_THAT(RefusalOf(entries), AllOf(HasSubstr(name), HasSubstr("network.py:")));
  }
  ModelEntries entries = Tiny();
  entries[kNetworkCode] += "def f(x: int=torch.len([1])) -> int:\n  return x\n";
  EXPECT_THAT(RefusalOf(entries), HasSubstr("would run on loading"));
  entries = Tiny();
  entries[kNetworkCode] += "class C(Module):\n  a : Final[int] = torch.len([1])\n";
  EXPECT_THAT(RefusalOf(entries), HasSubstr("would run on loading"));
}

TEST(ModelCode, IsRefusedForOperatorsThatNoNetworkNeeds) {
  for (const std::string operation :
       {"torch.save", "torch.from_file", "torch.load", "torch.set_", "torch.resize_",
        "torch.as_strided", "torch.manual_seed", "torch.wait", "torch.ops.aten.save",
        "torch.jit.load", "torch.classes.x", "ops.prim.Print", "ops.prim.rpc_async",
        "ops.aten.save", "ops.quantized.linear", "ops.mine.anything", "ops.prim.fork"}) {
    EXPECT_THAT(RefusalOfBody("  return " + operation + "(x, \"/tmp/f\")\n"),
                AllOf(HasSubstr("operator " + operation + ","), HasSubstr("network.py:")));
  }
  for (const std::string name : {"print", "fork", "open", "exec", "eval", "__import__", "hash"}) {
    EXPECT_THAT(RefusalOfBody("  return " + name + "(x)\n"), HasSubstr(name));
  }
}

TEST(ModelCode, IsRefusedForOperatorsReachedOtherwise) {
  EXPECT_THAT(RefusalOfBody("  f = torch.save\n  return x\n"), HasSubstr("torch.save"));
  EXPECT_THAT(RefusalOfBody("  f = torch\n  return x\n"), HasSubstr("operator torch,"));
  EXPECT_THAT(RefusalOfBody("  f = ops.aten\n  return x\n"), HasSubstr("operator ops.aten,"));
  EXPECT_THAT(RefusalOfBody("  return (x).save(\"f\")\n"), HasSubstr("method 'save'"));
  EXPECT_THAT(RefusalOfBody("  return x.save(\"f\")\n"), HasSubstr("method 'save'"));
  EXPECT_THAT(RefusalOfBody("  return getattr(x, \"save\")(\"f\")\n"), HasSubstr("not understood"));
  EXPECT_THAT(RefusalOfBody("  return getattr(x, \"__class__\")\n"), HasSubstr("__class__"));
  EXPECT_THAT(RefusalOfBody("  return __torch__.torch.classes.a.B(x)\n"),
              HasSubstr("does not define"));
}

TEST(ModelCode, IsRefusedWhereALineIsNotUnderstood) {
  for (const std::string line : {"import os",
                                 "x += 1",
                                 "return x @ x",
                                 "return x if x else x",
                                 "return lambda: x",
                                 "del x",
                                 "raise x",
                                 "return [i for i in x]",
                                 "return f\"{x}\"",
                                 "return x # c",
                                 "return \"a\" \"b\"",
                                 "return x \\",
                                 "global x",
                                 "return x; pass",
                                 "return 1x",
                                 "assert x",
                                 "try",
                                 "\treturn x",
                                 "return \"\"\"a\"\"\"",
                                 "return x[",
                                 "return )"}) {
    EXPECT_THAT(RefusalOfBody("  " + line + "\n"), HasSubstr("network.py:")) << line;
  }
  EXPECT_THAT(RefusalOfBody("  return unknown\n"), HasSubstr("'unknown'"));
  EXPECT_THAT(RefusalOfBody("  return CONSTANTS.c0\n"), HasSubstr("constant"));
}

// LibTorch ends with a segmentation fault on the first of them.
TEST(ModelCode, IsRefusedWhereAClassAssignsToOtherNames) {
  for (const std::string line : {"__bufFers__ = []", "anything = 1", "__annotations__.x = Tensor",
                                 "a : Final[int]", "a : Tensor = torch.zeros([1])", "a : Module"}) {
    ModelEntries entries = Tiny();
    entries[kNetworkCode] =
        Replaced(entries.at(kNetworkCode), "  __buffers__ = []\n", "  " + line + "\n");
    EXPECT_THAT(RefusalOf(entries), HasSubstr("network.py:")) << line;
  }
}

TEST(ModelCode, IsRefusedWhereItIsNestedWithoutEnd) {
  const std::string open(5000, '(');
  EXPECT_THAT(RefusalOfBody("  return " + open + "x" + std::string(5000, ')') + "\n"),
              HasSubstr("nested"));
  std::string doubling = "  a0 = (x, x)\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "a" + std::to_string(i - 1);
    doubling.append("  a").append(std::to_string(i)).append(" = (").append(before).append(", ");
    doubling.append(before).append(")\n");
  }
  EXPECT_THAT(RefusalOfBody(doubling + "  return x\n"), HasSubstr("into each other"));
}

// --- pickles ---

TEST(ModelPickle, IsRefusedWhereATensorReachesBeyondItsValues) {
  // The first one: 75 values of data/0 as 3 x 1 x 5 x 5, strides 25, 25, 5, 1 (K: an integer).
  const std::string sizes = "(K\x03K\x01K\x05K\x05t";
  const std::string strides = "(K\x19K\x19K\x05K\x01t";
  EXPECT_THAT(RefusalOfPickle("K\x4bt", "K\x4ct"), HasSubstr("more values from data/0"));
  EXPECT_THAT(RefusalOfPickle(sizes, "(K\x04K\x01K\x05K\x05t"), HasSubstr("beyond its values"));
  EXPECT_THAT(RefusalOfPickle(strides, "(K\x1aK\x19K\x05K\x01t"), HasSubstr("beyond its values"));
  EXPECT_THAT(RefusalOfPickle(strides, "(K\x19K\x05K\x01t"), HasSubstr("describes a tensor"));
  EXPECT_THAT(RefusalOfPickle(sizes, "(J\xff\xff\xff\xffK\x01K\x05K\x05t"),
              HasSubstr("beyond its values"));
  EXPECT_THAT(RefusalOfPickle(sizes, "(J\xff\xff\xff\x7fJ\xff\xff\xff\x7fK\x05K\x05t"),
              HasSubstr("more values"));
  EXPECT_THAT(RefusalOfPickle("Q"
                              "q\x0dK" +
                                  std::string(1, '\0'),
                              "Qq\x0dK\x01"),
              HasSubstr("beyond its values"));
  EXPECT_THAT(RefusalOfPickle("FloatStorage", "LongStorage"), HasSubstr("more values"));
}

TEST(ModelPickle, IsRefusedForGlobalsThatLibTorchDoesNotWrite) {
  for (const std::string name :
       {"os\nsystem", "builtins\neval", "torch\nQInt8Storage", "torch._utils\n_rebuild_qtensor",
        "torch\nload", "__torch__.torch.classes.a\nB"}) {
    EXPECT_THAT(RefusalOfPickle("torch._utils\n_rebuild_tensor_v2", name),
                HasSubstr("which no network needs"));
  }
}

TEST(ModelPickle, IsRefusedWhereItsInstructionsDoNotFit) {
  const std::string begin = "\x80\x02";
  for (const std::string& pickle : {begin,
                                    begin + ".",
                                    begin + "t.",
                                    begin + "(.",
                                    begin + "N",
                                    begin + "NN.",
                                    begin + "N.N",
                                    begin + "h\x05.",
                                    begin + "h.",
                                    begin + "q\x05.",
                                    begin + "e.",
                                    begin + "(Ne.",
                                    begin + "]Nb.",
                                    begin + ")R.",
                                    begin + "N)R.",
                                    begin + "]u.",
                                    begin + "}(Nu.",
                                    begin + "}(NNu.",
                                    begin + "Q.",
                                    begin + "K\x01Q.",
                                    begin + "\x8a\xff.",
                                    begin + "X\xff\xff\xff\xff.",
                                    begin + "S'a'\n.",
                                    begin + "I1\n.",
                                    begin + "Pa\n.",
                                    begin + "c__torch__\nA\n)\x81\x81.",
                                    std::string("\x80\x04N."),
                                    std::string("N.")}) {
    ModelEntries entries = Tiny();
    entries["data.pkl"] = pickle;
    RefusalOf(entries);
  }
}

TEST(ModelPickle, IsRefusedAtEveryTruncation) {
  const ModelEntries good = Tiny();
  for (std::size_t size = 0; size < good.at("data.pkl").size(); ++size) {
    ModelEntries entries = good;
    entries["data.pkl"].resize(size);
    RefusalOf(entries);
  }
}

TEST(ModelPickle, IsReadOrRefusedWithAnyByteChanged) {
  const ModelEntries good = Tiny();
  for (std::size_t i = 0; i < good.at("data.pkl").size(); ++i) {
    ModelEntries entries = good;
    entries["data.pkl"][i] = static_cast<char>(good.at("data.pkl")[i] ^ (1 << (i % 8)));
    try {
      const Pickle pickle = ReadPickle(entries, "data.pkl", "data", {}, "m.pt");
      EXPECT_LT(pickle.root, pickle.values.size());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel);
    }
  }
}

TEST(ModelPickle, IsRefusedWhereItHoldsOtherTypesThanTheCodeDeclares) {
  // training: False becomes None, and the weight of a class an integer.
  EXPECT_THAT(RefusalOfPickle("\x89", "N"), HasSubstr("'training' of __torch__."));
  ModelEntries entries = Tiny();
  entries[kNetworkCode] = Replaced(entries.at(kNetworkCode), "  weight : Tensor", "  weight : int");
  EXPECT_THAT(RefusalOf(entries), HasSubstr("'weight' of __torch__."));
  entries = Tiny();
  entries[kNetworkCode] =
      Replaced(entries.at(kNetworkCode), "  bias : Tensor\n", "  bias : Tensor\n  more : int\n");
  EXPECT_THAT(RefusalOf(entries), HasSubstr("another number of attributes"));
  EXPECT_THAT(RefusalOfPickle("network\nMeanNetwork", "network\nHead"), HasSubstr("attributes"));
}

TEST(ModelPickle, CountsAnEntryAsOftenAsItIsLoaded) {
  ModelEntries entries = Tiny();
  entries["data/0"] = std::string(std::size_t{2} << 20U, '\0');
  // Every tensor takes its values from the same large entry.
  std::string& pickle = entries["data.pkl"];
  for (std::size_t at = 0; (at = pickle.find("X\x01", at)) != std::string::npos; ++at) {
    if (pickle[at + 5] >= '1' && pickle[at + 5] <= '9') pickle[at + 5] = '0';
  }
  EXPECT_THAT(RefusalOf(entries, {.most_mib = 3}),
              AllOf(HasSubstr("3 MiB"), HasSubstr("model.most_mib")));
}

}  // namespace
}  // namespace mestr::internal
