#include "core/stage_threads.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <latch>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "core/int_stage.h"

namespace mestr::internal {
namespace {

using ::testing::Lt;

// A producer, two workers and a consumer: numbers go through a stage. Each part can be given
// something to do with each number, for example to fail.
struct Part {
  std::function<void(int)> produce = [](int) {};
  std::function<void(int)> work = [](int) {};
  std::function<void(int)> consume = [](int) {};
};

class Pipeline {
 public:
  static constexpr int kCapacity = 2;

  explicit Pipeline(Part part, std::stop_token stop = {})
      : part_(std::move(part)), stop_(std::move(stop)) {}

  // Numbers below `end`. What Join gives.
  bool Run(int end) {
    StageThreads threads(stop_, [this] {
      ++aborts_;
      stage_.Abort();
    });
    threads.Start([this, end] { Produce(end); });
    for (int i = 0; i < 2; ++i) threads.Start([this] { Work(); });
    threads.RunHere([this] { Consume(); });
    return threads.Join();
  }

  int consumed() const { return consumed_; }
  int aborts() const { return aborts_; }

 private:
  void Produce(int end) {
    for (int i = 0; i < end; ++i) {
      part_.produce(i);
      if (!stage_.Push(i)) return;
    }
    stage_.Close();
  }

  void Work() {
    stage_.Work(1, [this](std::span<const int> items, std::span<int> results) {
      part_.work(items.front());
      Double(items, results);
    });
  }

  void Consume() {
    for (; const auto result = stage_.Pop(); ++consumed_) {
      EXPECT_EQ(*result, 2 * consumed_);
      part_.consume(consumed_);
    }
  }

  Part part_;
  std::stop_token stop_;
  IntStage stage_{kCapacity};
  int consumed_ = 0;
  std::atomic<int> aborts_ = 0;
};

std::function<void(int)> ThrowAt(int number) {
  return [number](int i) {
    if (i == number) throw std::runtime_error("failed at " + std::to_string(i));
  };
}

// The message of what a run of many numbers throws; empty where it throws nothing.
std::string FailureOf(Pipeline& pipeline) {
  try {
    EXPECT_TRUE(pipeline.Run(1000));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

TEST(StageThreads, JoinsWhenAllEndByThemselves) {
  Pipeline pipeline({});
  EXPECT_TRUE(pipeline.Run(1000));
  EXPECT_EQ(pipeline.consumed(), 1000);
  EXPECT_EQ(pipeline.aborts(), 0);
}

TEST(StageThreads, JoinsWithNothingToDo) {
  Pipeline pipeline({});
  EXPECT_TRUE(pipeline.Run(0));
  EXPECT_EQ(pipeline.consumed(), 0);
}

TEST(StageThreads, ThrowsTheFailureOfAnyPart) {
  for (const int number : {0, 1, 500}) {
    const std::string message = "failed at " + std::to_string(number);
    Pipeline producer({.produce = ThrowAt(number)});
    EXPECT_EQ(FailureOf(producer), message);
    EXPECT_EQ(producer.aborts(), 1);
    Pipeline worker({.work = ThrowAt(number)});
    EXPECT_EQ(FailureOf(worker), message);
    EXPECT_EQ(worker.aborts(), 1);
    Pipeline consumer({.consume = ThrowAt(number)});
    EXPECT_EQ(FailureOf(consumer), message);
    EXPECT_EQ(consumer.consumed(), number);
    EXPECT_EQ(consumer.aborts(), 1);
  }
}

TEST(StageThreads, AFailedWorkerFreesAProducerThatWaitsForRoom) {
  IntStage stage(1);
  std::latch is_full(1);
  StageThreads threads({}, [&] { stage.Abort(); });
  threads.Start([&] {
    EXPECT_TRUE(stage.Push(0));
    is_full.count_down();
    EXPECT_FALSE(stage.Push(1));  // nobody pops
  });
  threads.Start([&] {
    stage.Work(1, [&](std::span<const int>, std::span<int>) {
      is_full.wait();
      throw std::runtime_error("worker");
    });
  });
  EXPECT_THROW(static_cast<void>(threads.Join()), std::runtime_error);
}

TEST(StageThreads, AFailedWorkerFreesAConsumerThatWaitsForAResult) {
  IntStage stage(1);
  std::latch about_to_pop(1);
  StageThreads threads({}, [&] { stage.Abort(); });
  threads.Start([&] { stage.Push(0); });
  threads.Start([&] {
    stage.Work(1, [&](std::span<const int>, std::span<int>) {
      about_to_pop.wait();
      throw std::runtime_error("worker");
    });
  });
  threads.RunHere([&] {
    about_to_pop.count_down();
    EXPECT_EQ(stage.Pop(), std::nullopt);
  });
  EXPECT_THROW(static_cast<void>(threads.Join()), std::runtime_error);
}

TEST(StageThreads, DropsWhatIsThrownAfterTheFirstFailure) {
  IntStage stage(1);
  StageThreads threads({}, [&] { stage.Abort(); });
  threads.Start([&] {
    EXPECT_EQ(stage.Pop(), std::nullopt);
    throw std::logic_error("a consequence");
  });
  threads.Start([] { throw std::runtime_error("the cause"); });
  EXPECT_THROW(static_cast<void>(threads.Join()), std::runtime_error);
}

TEST(StageThreads, ThrowsOneOfManyFailuresAtTheSameTime) {
  std::atomic<int> aborts = 0;
  std::latch all_there(4);
  StageThreads threads({}, [&] { ++aborts; });
  for (int i = 0; i < 4; ++i) {
    threads.Start([&] {
      all_there.arrive_and_wait();
      throw std::runtime_error("one of many");
    });
  }
  EXPECT_THROW(static_cast<void>(threads.Join()), std::runtime_error);
  EXPECT_EQ(aborts, 1);
}

TEST(StageThreads, AStopRequestOfAnyPartEndsAllWithoutAFailure) {
  for (const int number : {0, 500}) {
    for (const auto member : {&Part::produce, &Part::work, &Part::consume}) {
      std::stop_source stop;
      Part part;
      part.*member = [&](int i) {
        if (i == number) stop.request_stop();
      };
      Pipeline pipeline(part, stop.get_token());
      EXPECT_FALSE(pipeline.Run(1000));
      EXPECT_EQ(pipeline.aborts(), 1);
      EXPECT_THAT(pipeline.consumed(), Lt(1000));
    }
  }
}

TEST(StageThreads, AStopRequestFreesThreadsThatWait) {
  IntStage full(1);
  IntStage empty(1);
  full.Push(0);
  std::stop_source stop;
  StageThreads threads(stop.get_token(), [&] {
    full.Abort();
    empty.Abort();
  });
  threads.Start([&] { EXPECT_FALSE(full.Push(1)); });
  threads.Start([&] { empty.Work(1, Double); });
  threads.Start([&] { EXPECT_EQ(empty.Pop(), std::nullopt); });
  std::jthread user([&] { stop.request_stop(); });
  EXPECT_FALSE(threads.Join());
}

TEST(StageThreads, AStopRequestedBeforeTheStartEndsAllAtOnce) {
  std::stop_source stop;
  stop.request_stop();
  Pipeline pipeline({}, stop.get_token());
  EXPECT_FALSE(pipeline.Run(1000));
  EXPECT_EQ(pipeline.consumed(), 0);
}

TEST(StageThreads, DropsWhatIsThrownAfterAStopRequest) {
  IntStage stage(1);
  std::stop_source stop;
  StageThreads threads(stop.get_token(), [&] { stage.Abort(); });
  threads.Start([&] {
    EXPECT_EQ(stage.Pop(), std::nullopt);
    throw std::logic_error("a consequence");
  });
  stop.request_stop();
  EXPECT_FALSE(threads.Join());
}

TEST(StageThreads, ThrowsTheFailureThatCameBeforeAStopRequest) {
  std::stop_source stop;
  StageThreads threads(stop.get_token(), [] {});
  threads.RunHere([] { throw std::runtime_error("first"); });
  stop.request_stop();
  EXPECT_THROW(static_cast<void>(threads.Join()), std::runtime_error);
}

TEST(StageThreads, EndsItsThreadsWhenItsOwnerFailsBeforeJoin) {
  IntStage stage(1);
  std::atomic<bool> ended = false;
  const auto run = [&] {
    StageThreads threads({}, [&] { stage.Abort(); });
    threads.Start([&] {
      EXPECT_EQ(stage.Pop(), std::nullopt);
      ended = true;
    });
    throw std::runtime_error("owner");
  };
  EXPECT_THROW(run(), std::runtime_error);
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace mestr::internal
